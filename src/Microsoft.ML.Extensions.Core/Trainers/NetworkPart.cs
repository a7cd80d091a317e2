namespace Microsoft.ML.Extensions;

/// <summary>A part of a network that a smaller network of the same kind may lack, or have smaller.</summary>
/// <param name="Name">The beginning of the names of its weights, such as <c>blocks.1</c>; empty for what concerns all of them.</param>
/// <param name="Kind">What it is.</param>
/// <param name="CanLack">Whether a network may be without it.</param>
/// <param name="Sizes">The numbers that may be smaller.</param>
/// <param name="Kernel">The side of its kernel; 0 where it has none.</param>
/// <param name="Stride">By how much it shrinks what it reads; 1 for not at all.</param>
internal sealed record NetworkPart(
    string Name, NetworkPartKind Kind, bool CanLack, IReadOnlyList<PartSize> Sizes, int Kernel = 0, int Stride = 1);

/// <summary>A size of a part.</summary>
/// <param name="Name">What it counts, such as <c>HiddenSize</c>.</param>
/// <param name="Value">Its value.</param>
/// <param name="Multiple">What it must be a multiple of.</param>
internal sealed record PartSize(string Name, int Value, int Multiple = 1);

/// <summary>What a part of a network is. The numbers are what a saved search policy reads: frozen once released.</summary>
internal enum NetworkPartKind
{
    /// <summary>What all parts have in common, such as their width.</summary>
    Whole = 0,

    /// <summary>A fully connected layer.</summary>
    Linear = 1,

    /// <summary>A convolution.</summary>
    Convolution = 2,

    /// <summary>A residual block over the steps of a sequence.</summary>
    Block = 3,

    /// <summary>An ensemble of networks.</summary>
    Ensemble = 4,
}
