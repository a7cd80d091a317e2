namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>
/// The sizes of a scan. Channels come in <paramref name="Heads"/> equal heads, W = H / Heads channels each: the layout in which
/// one batched matrix product with block-diagonal weights leaves its result.
/// </summary>
/// <param name="Batch">B, rows.</param>
/// <param name="Steps">T, steps of the longest row; rows are right-padded.</param>
/// <param name="Channels">H.</param>
/// <param name="Heads">A divisor of H.</param>
/// <param name="Reverse">From each row's last valid step to its first.</param>
internal readonly record struct ScanShape(int Batch, int Steps, int Channels, int Heads = 1, bool Reverse = false)
{
    public int HeadChannels => Channels / Heads;

    /// <summary>Numbers from one row of a state to the same row of the next state, in [S, B, T, H].</summary>
    public nint StateStride => (nint)Batch * Steps * Channels;

    /// <summary>Numbers from one head to the next, in [Heads, B, T, G, W].</summary>
    public nint HeadStride(int gates) => (nint)Batch * Steps * gates * HeadChannels;
}
