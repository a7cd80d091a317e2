using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>The columns of a stream's state in an ONNX file: inputs, and outputs with the same names.</summary>
/// <param name="Score">The score column of the network.</param>
/// <param name="Width">The numbers of the state that has a constant size.</param>
/// <param name="PastWidth">The numbers that each step adds to the state that grows; 0 where none does.</param>
internal sealed record OnnxStateColumns(string Score, int Width, int PastWidth)
{
    public string State => $"State.{Score}";

    public string Past => $"Past.{Score}";

    public DataViewType StateType => new VectorDataViewType(NumberDataViewType.Double, Width);

    public DataViewType PastType => new VectorDataViewType(NumberDataViewType.Single);

    public IEnumerable<DataViewSchema.DetachedColumn> All => PastWidth == 0 ? [new(State, StateType)] : [new(State, StateType), new(Past, PastType)];
}
