using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Sequence.Tests.ParaRnn;

/// <summary>All that a fused scan wrote, forward and backward.</summary>
internal sealed record FusedAnswer(float[] States, float[] Inputs, float[] Parameters, float[] Initial)
{
    /// <summary>Fails unless both are equal to the last bit.</summary>
    public void AssertSameBits(FusedAnswer other)
    {
        AssertSameBits(States, other.States, nameof(States));
        AssertSameBits(Inputs, other.Inputs, nameof(Inputs));
        AssertSameBits(Parameters, other.Parameters, nameof(Parameters));
        AssertSameBits(Initial, other.Initial, nameof(Initial));
    }

    private static void AssertSameBits(float[] expected, float[] actual, string what) =>
        Assert.IsTrue(MemoryMarshal.AsBytes<float>(expected).SequenceEqual(MemoryMarshal.AsBytes<float>(actual)), what);
}
