using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>
/// A trained network whose rows are the steps of one stream; it takes the network's place in a <see cref="StreamingEngine{TIn, TOut}"/>.
/// </summary>
internal sealed class StreamingTransformer(ModelDescription description, Tasks.TaskHead head, IStreamScorer scorer) : RowMapTransformer
{
    /// <summary>The stream's scorer, which holds its state.</summary>
    public IStreamScorer Scorer => scorer;

    protected override RowMapping Bind(DataViewSchema inputSchema) =>
        new NetworkMapping(inputSchema, new ColumnInput(description.Input, description.Missing).BindStep(inputSchema), description, head,
            () => scorer, () => throw new NotSupportedException("its state is not part of a file"));

    public override void Save(ModelSaveContext ctx) =>
        throw new NotSupportedException(
            "A streaming engine's transformers cannot be saved; save the model it was created from, and the state with SaveState.");
}
