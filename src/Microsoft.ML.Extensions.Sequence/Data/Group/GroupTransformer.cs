using Microsoft.ML;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(GroupTransformer), null, typeof(SignatureLoadModel), "Sequence group", GroupTransformer.Loader)]

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The transformer of Group, which consists of its options.</summary>
internal sealed class GroupTransformer : RowChangingTransformer
{
    /// <summary>Frozen: it is in every model file.</summary>
    public const string Loader = "MLExtSequenceGroup";

    private static readonly ModelKind Kind = new("SEQGROUP", Loader, typeof(GroupTransformer).Assembly);

    private readonly SequenceGroupOptions _options;

    public GroupTransformer(SequenceGroupOptions options) => _options = options.Validated();

    public override DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new GroupBinding(inputSchema, _options).Output;

    public override IDataView Transform(IDataView input) => new GroupView(input, new GroupBinding(input.Schema, _options));

    public override void Save(ModelSaveContext ctx) => ModelEntry.Save(ctx, Kind, _options);

    private static GroupTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(ModelEntry.Load<SequenceGroupOptions>(ctx, Kind).Description);
}
