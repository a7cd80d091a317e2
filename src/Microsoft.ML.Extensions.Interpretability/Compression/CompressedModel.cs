namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The result of compression.</summary>
/// <inheritdoc cref="CompressionCatalog.Compress" path="/example"/>
/// <seealso href="../docs/Compression.html">docs/Compression.md</seealso>
public sealed class CompressedModel : IDisposable
{
    private readonly NetworkTransformer _student;

    internal CompressedModel(ITransformer model, NetworkTransformer student, CompressionReport report, CompressionPolicy? policy) =>
        (Model, _student, Report, Policy) = (model, student, report, policy);

    /// <summary>
    /// The smaller model, of the teacher's kind; in a chain it has the teacher's place, and the other transformers are those of the old chain.
    /// It scores, saves and loads like any other.
    /// </summary>
    public ITransformer Model { get; }

    /// <summary>What was tried.</summary>
    public CompressionReport Report { get; }

    /// <summary>What the search learned, for another teacher; null where the strategy learns nothing.</summary>
    public CompressionPolicy? Policy { get; }

    /// <summary>Frees the weights of the smaller model and of the policy; the teacher stays.</summary>
    public void Dispose()
    {
        _student.Dispose();
        Policy?.Dispose();
    }
}
