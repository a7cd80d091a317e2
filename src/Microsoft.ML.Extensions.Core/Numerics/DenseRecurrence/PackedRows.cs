using System.Runtime.CompilerServices;

namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>Which rows of a matrix a panel holds: the places of its k-th row.</summary>
internal interface IPackedRows
{
    nint At(int row);
}

/// <summary>All rows.</summary>
internal readonly struct AllRows : IPackedRows
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint At(int row) => row;
}

/// <summary>Those that are not 0 throughout.</summary>
/// <param name="places">Their places, which live as long as the matrix.</param>
internal readonly unsafe struct SomeRows(int* places) : IPackedRows
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint At(int row) => places[row];
}
