using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.Attention;

/// <summary>All that a fused attention wrote, forward and backward.</summary>
internal sealed record AttentionAnswer(float[] Outputs, float[] GradScores, float[] GradValues)
{
    public IEnumerable<float> Numbers => Outputs.Concat(GradScores).Concat(GradValues);

    /// <summary>Fails unless both are equal to the last bit.</summary>
    public void AssertSameBits(AttentionAnswer other)
    {
        AssertSameBits(Outputs, other.Outputs, nameof(Outputs));
        AssertSameBits(GradScores, other.GradScores, nameof(GradScores));
        AssertSameBits(GradValues, other.GradValues, nameof(GradValues));
    }

    private static void AssertSameBits(float[] expected, float[] actual, string what) =>
        Assert.IsTrue(MemoryMarshal.AsBytes<float>(expected).SequenceEqual(MemoryMarshal.AsBytes<float>(actual)), what);
}
