using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>A trained network whose rows are the steps of one stream: what a <see cref="StreamingEngine{TIn, TOut}"/> puts in its place.</summary>
internal sealed class StreamingTransformer(ModelDescription description, Tasks.TaskHead head, StreamScorer scorer) : RowMapTransformer
{
    /// <summary>The stream's scorer, which holds its state.</summary>
    public StreamScorer Scorer => scorer;

    protected override RowMapping Bind(DataViewSchema inputSchema) =>
        new NetworkMapping(inputSchema, new ColumnInput(description.Input, description.Missing).BindStep(inputSchema), description, head, () => scorer);

    public override void Save(ModelSaveContext ctx) =>
        throw new NotSupportedException("A streaming engine's transformers are not saved; save the model it was made from, and the state with SaveState.");
}
