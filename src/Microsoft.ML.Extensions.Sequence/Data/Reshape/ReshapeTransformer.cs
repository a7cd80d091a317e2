using Microsoft.ML;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ReshapeTransformer), null, typeof(SignatureLoadModel), "Sequence reshape", ReshapeTransformer.Loader)]

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The transformer of Reshape, which consists of its options.</summary>
internal sealed class ReshapeTransformer : RowMapTransformer
{
    /// <summary>Frozen: it is in every model file.</summary>
    public const string Loader = "MLExtSequenceReshape";

    private static readonly ModelKind Kind = new("SEQRESHP", Loader, typeof(ReshapeTransformer).Assembly);

    private readonly SequenceReshapeOptions _options;

    public ReshapeTransformer(SequenceReshapeOptions options) => _options = options.Validated();

    public override void Save(ModelSaveContext ctx) => ModelEntry.Save(ctx, Kind, _options);

    protected override RowMapping Bind(DataViewSchema inputSchema) => new ReshapeMapping(inputSchema, _options);

    private static ReshapeTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(ModelEntry.Load<SequenceReshapeOptions>(ctx, Kind).Description);
}
