using Microsoft.ML;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(FrameLoadTransformer), null, typeof(SignatureLoadModel), "Frame loading", FrameLoadTransformer.Loader)]

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The transformer of LoadFrames, which consists of its options.</summary>
internal sealed class FrameLoadTransformer(FrameLoadOptions options) : RowMapTransformer
{
    /// <summary>Frozen: it is in every model file.</summary>
    public const string Loader = "MLExtFrameLoad";

    private static readonly ModelKind Kind = new("FRAMLOAD", Loader, typeof(FrameLoadTransformer).Assembly);

    public override void Save(ModelSaveContext ctx) => ModelEntry.Save(ctx, Kind, options);

    protected override RowMapping Bind(DataViewSchema inputSchema) => new FrameLoadMapping(inputSchema, options);

    private static FrameLoadTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(ModelEntry.Load<FrameLoadOptions>(ctx, Kind).Description.Validated());
}
