using Microsoft.ML;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(WindowTransformer), null, typeof(SignatureLoadModel), "Sequence window", WindowTransformer.Loader)]

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The transformer of Window, which consists of its options.</summary>
internal sealed class WindowTransformer : RowChangingTransformer
{
    /// <summary>Frozen: it is in every model file.</summary>
    public const string Loader = "MLExtSequenceWindow";

    private static readonly ModelKind Kind = new("SEQWINDW", Loader, typeof(WindowTransformer).Assembly);

    private readonly SequenceWindowOptions _options;

    public WindowTransformer(SequenceWindowOptions options) => _options = options.Validated();

    /// <summary>The columns, the length and the label.</summary>
    public SequenceWindowOptions Options => _options;

    public override DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new WindowBinding(inputSchema, _options).Output;

    public override IDataView Transform(IDataView input) => new WindowView(input, new WindowBinding(input.Schema, _options));

    public override void Save(ModelSaveContext ctx) => ModelEntry.Save(ctx, Kind, _options);

    private static WindowTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(ModelEntry.Load<SequenceWindowOptions>(ctx, Kind).Description);
}
