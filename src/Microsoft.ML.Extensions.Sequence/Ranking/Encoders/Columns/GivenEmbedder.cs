using Microsoft.Extensions.AI;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// A user's generator for a column. Its results are checked; it is not disposed here, and cannot be written into a model file.
/// </summary>
internal sealed class GivenEmbedder(IEmbeddingGenerator<string, Embedding<float>> generator, int dimensions) : ITextEmbedder
{
    // A text that every service accepts.
    private const string Probe = "text";

    public int Dimensions => dimensions;

    private string Name => generator.GetType().Name;

    /// <summary>A generator with the length of its vectors: from its metadata, or from the vector of a word.</summary>
    /// <exception cref="InvalidOperationException">It gives no vector.</exception>
    public static GivenEmbedder Of(IEmbeddingGenerator<string, Embedding<float>> generator)
    {
        var said = (generator.GetService(typeof(EmbeddingGeneratorMetadata)) as EmbeddingGeneratorMetadata)?.DefaultModelDimensions;
        var dimensions = said ?? Generate(generator, [Probe]) switch
        {
            [{ Vector.Length: > 0 and var length }] => length,
            var other => throw new InvalidOperationException(FormattableString.Invariant(
                $"The generator {generator.GetType().Name} gave {other.Count} vectors for one text; a column needs one vector of a fixed length.")),
        };
        return dimensions > 0 ? new GivenEmbedder(generator, dimensions)
            : throw new InvalidOperationException(
                FormattableString.Invariant($"The generator {generator.GetType().Name} says that its vectors have {dimensions} numbers."));
    }

    public float[][] Embed(IReadOnlyList<string> texts)
    {
        var embeddings = Generate(generator, texts);
        if (embeddings.Count != texts.Count)
        {
            throw new InvalidOperationException(
                FormattableString.Invariant($"The generator {Name} gave {embeddings.Count} vectors for {texts.Count} texts."));
        }
        return [.. embeddings.Select(embedding => Checked(embedding.Vector))];
    }

    public (EncoderDescription Description, byte[] Weights) Content() => throw new NotSupportedException(
        $"The column's vectors come from the generator {Name}, which a model file cannot hold. Load a TextEncoder from a folder and save that, "
        + "or save only the later steps and put EmbedText before them again after loading.");

    public void Dispose()
    {
    }

    private float[] Checked(ReadOnlyMemory<float> vector)
    {
        if (vector.Length != dimensions)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"The generator {Name} gave a vector of {vector.Length} numbers; its others have {dimensions}."));
        }
        return vector.Span.ContainsAnyExceptInRange(float.MinValue, float.MaxValue)
            ? throw new InvalidOperationException($"The generator {Name} gave a vector with a number that is NaN or infinite.")
            : vector.ToArray();
    }

    // On a thread of the pool: the caller's synchronization context may be blocked here, so continuations must not need it.
    private static GeneratedEmbeddings<Embedding<float>> Generate(
        IEmbeddingGenerator<string, Embedding<float>> generator, IReadOnlyList<string> texts) =>
        Task.Run(() => generator.GenerateAsync(texts)).GetAwaiter().GetResult();
}
