namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>The sizes of a recurrence with full matrices.</summary>
/// <param name="Batch">B, rows.</param>
/// <param name="Steps">T, steps of the longest row; rows are right-padded.</param>
/// <param name="Channels">H, a multiple of a lane: the caller pads the weights with zeros, so that the added channels stay zero.</param>
/// <param name="Reverse">From each row's last valid step to its first.</param>
/// <param name="Truncation">
/// Gradients do not pass from a step whose number, in the order of the scan, is a multiple of it; 0 lets all pass.
/// </param>
/// <param name="Turns">
/// The number of matrices, with their biases, that alternate: a step uses the one of its number, in the order of the scan, modulo this. T
/// and all lengths are multiples of it.
/// </param>
internal readonly record struct DenseShape(int Batch, int Steps, int Channels, bool Reverse = false, int Truncation = 0, int Turns = 1)
{
    /// <summary>
    /// Whether gradients stop between this step, counted in the order of the scan, and the previous one. They do not stop before the first
    /// step.
    /// </summary>
    public bool Cuts(int step) => Truncation > 0 && step > 0 && step % Truncation == 0;
}
