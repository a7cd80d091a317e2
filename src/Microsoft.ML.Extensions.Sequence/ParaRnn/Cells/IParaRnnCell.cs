using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A cell that a <see cref="ParaRnnLayer{TCell}"/> can hold.</summary>
internal interface IParaRnnCell : IRecurrentCell
{
    /// <summary>What the paper's code counts as fan-out when it draws the input weights of a head of W among H channels.</summary>
    static abstract int FanOut(int channels, int headChannels);
}
