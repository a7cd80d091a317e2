namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The resources of a circuit's transformer.</summary>
/// <param name="Found">The circuit.</param>
/// <param name="OwnModel">The language model where it was loaded with the circuit; null where it is the caller's.</param>
internal sealed record UsedCircuit(FoundCircuit Found, TransformerModel? OwnModel) : IDisposable
{
    public void Dispose()
    {
        Found.Dispose();
        OwnModel?.Dispose();
    }
}
