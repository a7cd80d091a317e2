namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>The sizes of a recurrence whose channels all see each other.</summary>
/// <param name="Batch">B, rows.</param>
/// <param name="Steps">T, steps of the longest row; rows are right-padded.</param>
/// <param name="Channels">H, a multiple of a lane: what calls pads its weights with zeros, under which the further channels stay zero.</param>
/// <param name="Reverse">From each row's last valid step to its first.</param>
/// <param name="Truncation">Gradients do not pass from a step whose number, in the order of the scan, is a multiple of it; 0 lets all pass.</param>
/// <param name="Turns">Matrices, with their biases, that take turns: a step meets the one of its number, in the order of the scan, modulo so many. T and all lengths are multiples of it.</param>
internal readonly record struct DenseShape(int Batch, int Steps, int Channels, bool Reverse = false, int Truncation = 0, int Turns = 1)
{
    /// <summary>Whether no gradient goes from this step, counted in the order of the scan, to the one before. Into the state before the first step it goes.</summary>
    public bool Cuts(int step) => Truncation > 0 && step > 0 && step % Truncation == 0;
}
