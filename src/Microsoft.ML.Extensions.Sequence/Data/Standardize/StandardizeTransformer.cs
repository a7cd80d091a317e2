using Microsoft.ML;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(StandardizeTransformer), null, typeof(SignatureLoadModel), "Sequence standardize", StandardizeTransformer.Loader)]

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Standardize after training.</summary>
internal sealed class StandardizeTransformer(Standardization learned) : RowMapTransformer
{
    /// <summary>Frozen: it is in every model file.</summary>
    public const string Loader = "MLExtSequenceStandardize";

    private static readonly ModelKind Kind = new("SEQSTAND", Loader, typeof(StandardizeTransformer).Assembly);

    public override void Save(ModelSaveContext ctx) => ModelEntry.Save(ctx, Kind, learned);

    protected override RowMapping Bind(DataViewSchema inputSchema) => new StandardizeMapping(inputSchema, learned);

    private static StandardizeTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(ModelEntry.Load<Standardization>(ctx, Kind).Description);
}
