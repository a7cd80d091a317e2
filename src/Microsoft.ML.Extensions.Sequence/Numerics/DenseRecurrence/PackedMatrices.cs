namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>The alternating matrices of a recurrence, packed.</summary>
internal readonly unsafe struct PackedMatrices : IDisposable
{
    private readonly PackedMatrix[] _matrices;

    private PackedMatrices(PackedMatrix[] matrices) => _matrices = matrices;

    /// <summary>The matrix of a step, counted in the order of the scan.</summary>
    public PackedMatrix At(int step) => _matrices[step % _matrices.Length];

    /// <summary>Packs matrices that follow each other in memory; strides as in <see cref="PackedMatrix.Of"/>.</summary>
    public static PackedMatrices Of(
        float* source, int count, int depth, int columns, (nint Row, nint Column) strides, int width, bool isKept = false)
    {
        var matrices = new PackedMatrix[count];
        for (var index = 0; index < count; index++)
        {
            matrices[index] = PackedMatrix.Of(source + ((nint)index * depth * columns), depth, columns, strides.Row, strides.Column, width, isKept);
        }
        return new PackedMatrices(matrices);
    }

    public void Dispose()
    {
        foreach (var matrix in _matrices)
        {
            matrix.Dispose();
        }
    }
}
