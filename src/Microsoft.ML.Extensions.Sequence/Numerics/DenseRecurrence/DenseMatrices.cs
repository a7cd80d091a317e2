namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>The packed matrices of a recurrence.</summary>
/// <param name="Recurrent">Those of the states.</param>
/// <param name="Input">That of the inputs; null where their products are given.</param>
internal readonly record struct DenseMatrices(PackedMatrices Recurrent, PackedMatrix? Input) : IDisposable
{
    public void Dispose()
    {
        Recurrent.Dispose();
        Input?.Dispose();
    }
}
