using Microsoft.ML.Extensions.Scoring;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A <see cref="TextEncoder"/> for a column; it stays usable when its owner disposes the encoder.</summary>
internal sealed class LoadedEmbedder(Lease<EncoderModel> encoder) : ITextEmbedder
{
    public int Dimensions { get; } = encoder.Use(model => model.Dimensions);

    public float[][] Embed(IReadOnlyList<string> texts) =>
        encoder.Use(model => model.Encode([.. texts.Select(model.Tokens)], CancellationToken.None));

    public (EncoderDescription Description, byte[] Weights) Content() => encoder.Use(model => (model.Description, model.Weights()));

    public void Dispose() => encoder.Dispose();
}
