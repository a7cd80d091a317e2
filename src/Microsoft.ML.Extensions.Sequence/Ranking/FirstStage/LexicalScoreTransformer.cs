using Microsoft.ML;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(LexicalScoreTransformer), null, typeof(SignatureLoadModel), "Lexical score", LexicalScoreTransformer.Loader)]

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>LexicalScore after training.</summary>
internal sealed class LexicalScoreTransformer(LexicalScoreDescription description, InvertedIndex index) : RowMapTransformer
{
    /// <summary>Frozen: it is in every model file.</summary>
    public const string Loader = "MLExtLexicalScore";

    private static readonly ModelKind Kind = new("LEXSCORE", Loader, typeof(LexicalScoreTransformer).Assembly);

    public override void Save(ModelSaveContext ctx) => ModelEntry.Save(ctx, Kind, description, IndexTensors.Write(index, []));

    protected override RowMapping Bind(DataViewSchema inputSchema) => new LexicalScoreMapping(inputSchema, description, index);

    private static LexicalScoreTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        var (description, tensors) = ModelEntry.Load<LexicalScoreDescription>(ctx, Kind);
        return new(description, IndexTensors.Read(tensors, description.DocumentColumnNames.Length, []).Index);
    }
}
