using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Onnx;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads the input of a ranker of numbers from a row.</summary>
/// <param name="options">The trainer's options.</param>
/// <param name="details">The values learned from the data.</param>
/// <param name="column">The column that it is read as.</param>
internal sealed class NumericInput(NumericRankingOptions options, NumericDetails details, InputColumn column) : IModelInput
{
    public DataViewType Type { get; } = details.Features == 1
        ? NumberDataViewType.Single : new VectorDataViewType(NumberDataViewType.Single, details.Features);

    public BoundInput Bind(DataViewSchema schema)
    {
        var numbers = RankingColumns.NumbersOf(schema, options.Roles, details.Widths);
        return new(numbers, (row, _) => new Reader(row, column, new RankingNumbers(row, numbers, options.MissingValues)))
        {
            ToOnnx = graph => graph.Unsqueeze(
                graph.Concat(1, [.. numbers.Zip(details.Widths, (number, width) => graph.Reshape(graph.Column(number.Name), 0, width))]), 1),
        };
    }

    private sealed class Reader(DataViewRow row, InputColumn column, RankingNumbers numbers) : InputReader(row, column)
    {
        private readonly NumberCoder _coder = new();

        protected override int Fetch()
        {
            _coder.Begin([]);
            _coder.Add([], numbers.Read());
            return _coder.Values.Length;
        }

        protected override ReadOnlySpan<float> Values(int length) => _coder.Values;
    }
}
