using Microsoft.ML.Extensions.Numerics.Attention;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.Attention;

/// <summary>The fused attention compared with the double-precision reference, and its guarantees to the last bit.</summary>
[TestClass]
public sealed class FusedAttentionTests
{
    private static readonly LaneWidth[] s_widths = Enum.GetValues<LaneWidth>();
    private static readonly (int Heads, int Channels)[] s_heads = [(1, 1), (2, 3), (1, 16), (1, 17), (3, 5), (1, 33), (4, 8)];

    [TestMethod]
    public void Attention_OfEveryLengthUpTo257_EqualsTheReference()
    {
        for (var steps = 0; steps <= 257; steps++)
        {
            var (heads, channels) = s_heads[steps % s_heads.Length];
            AssertEqualsReference(new(new(1 + (steps % 2), steps, heads, channels), steps));
        }
    }

    [TestMethod]
    [DataRow(1023, 17)]
    [DataRow(4099, 3)]
    public void Attention_OfALongSequence_EqualsTheReference(int steps, int channels) =>
        AssertEqualsReference(new(new(1, steps, 2, channels), steps));

    [TestMethod]
    public void Attention_OfUnequalLengths_EqualsTheReference() => AssertEqualsReference(new(new(5, 20, 2, 19), 3, [20, 0, 1, 13, 7]));

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(30.0)]
    [DataRow(1e4)]
    public void Attention_OfEqualOrFarApartScores_EqualsTheReference(double deviation) =>
        AssertEqualsReference(new(new(2, 200, 2, 5), 1, deviation: deviation));

    [TestMethod]
    [DataRow(1e4)]
    [DataRow(-1e4)]
    [DataRow(3e38)]
    [DataRow(-3e38)]
    public void Attention_OfHugeScores_HasNoNaNForwardOrBackward(double score)
    {
        var shape = new AttentionShape(1, 50, 1, 4);
        foreach (var place in new[] { 0, 25, 49 })
        {
            var problem = new AttentionProblem(shape, place);
            problem.Scores[place] = score;
            Assert.IsTrue(problem.Fused().Numbers.All(float.IsFinite));
            AssertEqualsReference(problem);
        }
    }

    [TestMethod]
    public void Attention_OfALongPlateau_LosesNothingToTheGrowingSum()
    {
        const int steps = 300_000;
        var problem = new AttentionProblem(new(1, steps, 1, 1), 1, deviation: 0);
        Array.ForEach([.. Enumerable.Range(0, steps)], step => problem.Values[step] = (float)(problem.Values[step] + 1));
        Closeness.AssertClose(problem.ReferenceOutputs(), problem.Fused().Outputs, Tolerance.Single, "outputs");
    }

    [TestMethod]
    public void Attention_AtEveryWidthAndThreadCount_GivesTheSameBits()
    {
        foreach (var batch in new[] { 1, 3 })
        {
            var problem = new AttentionProblem(new(batch, 3000, 2, 37), batch);
            var expected = problem.Fused(LaneWidth.Scalar);
            foreach (var width in s_widths)
            {
                expected.AssertSameBits(problem.Fused(width));
                expected.AssertSameBits(problem.Fused(width, 3));
            }
        }
    }

    [TestMethod]
    public void Padding_WhateverItHolds_ChangesNothing()
    {
        var shape = new AttentionShape(3, 12, 2, 6);
        int[] lengths = [12, 5, 0];
        var (problem, spoilt) = (new AttentionProblem(shape, 4, lengths), new AttentionProblem(shape, 4, lengths));
        foreach (var numbers in new[] { spoilt.Scores, spoilt.Values, spoilt.GradOutputs })
        {
            Array.ForEach([.. Padding(shape, lengths, numbers.Length)], place => numbers[place] = double.NaN);
        }
        problem.Fused().AssertSameBits(spoilt.Fused());
    }

    [TestMethod]
    public void Padding_OfOutputsAndGradients_IsZero()
    {
        var shape = new AttentionShape(3, 12, 2, 6);
        int[] lengths = [12, 5, 0];
        var answer = new AttentionProblem(shape, 4, lengths).Fused();
        foreach (var numbers in new[] { answer.Outputs, answer.GradScores, answer.GradValues })
        {
            Assert.IsTrue(Padding(shape, lengths, numbers.Length).All(place => numbers[place] == 0));
        }
    }

    [TestMethod]
    public void Output_DoesNotDependOnLaterSteps()
    {
        const int changed = 11;
        var shape = new AttentionShape(1, 20, 2, 6);
        var (problem, other) = (new AttentionProblem(shape, 6), new AttentionProblem(shape, 6));
        Turn(other.Scores, changed * 2);
        Turn(other.Values, changed * 12);
        var (before, after) = (problem.Fused().Outputs, other.Fused().Outputs);
        CollectionAssert.AreEqual(before[..(changed * 12)], after[..(changed * 12)]);
        CollectionAssert.AreNotEqual(before, after);
    }

    [TestMethod]
    public void Row_AloneOrInABatch_GivesTheSameBits()
    {
        var shape = new AttentionShape(5, 10, 2, 6);
        var problem = new AttentionProblem(shape, 8);
        var together = problem.Fused().Outputs;
        for (var row = 0; row < shape.Batch; row++)
        {
            var alone = new AttentionProblem(shape with { Batch = 1 }, 8)
            {
                Scores = problem.Scores[(row * 20)..((row + 1) * 20)],
                Values = problem.Values[(row * 120)..((row + 1) * 120)],
            };
            CollectionAssert.AreEqual(together[(row * 120)..((row + 1) * 120)], alone.Fused().Outputs);
        }
    }

    [TestMethod]
    public void Output_DoesNotDependOnTheOrderOfThePast()
    {
        var problem = new AttentionProblem(new(1, 20, 1, 3), 9);
        var turned = new AttentionProblem(problem.Shape, 9)
        {
            Scores = [.. problem.Scores.Reverse()],
            Values = [.. Enumerable.Range(0, 20).Reverse().SelectMany(step => problem.Values[(step * 3)..((step + 1) * 3)])],
        };
        var (last, other) = (problem.Fused().Outputs[^3..], turned.Fused().Outputs[^3..]);
        Closeness.AssertClose(Array.ConvertAll(last, value => (double)value), other, Tolerance.Single, "last output");
    }

    private static void AssertEqualsReference(AttentionProblem problem)
    {
        var (outputs, gradients) = (problem.ReferenceOutputs(), problem.ReferenceGradients());
        foreach (var width in s_widths)
        {
            var (answer, what) = (problem.Fused(width), $"{problem.Shape} {width}");
            Closeness.AssertClose(outputs, answer.Outputs, Tolerance.Single, $"outputs {what}");
            Closeness.AssertClose(gradients.Scores, answer.GradScores, Tolerance.Single, $"ds {what}");
            Closeness.AssertClose(gradients.Values, answer.GradValues, Tolerance.Single, $"dv {what}");
        }
    }

    // Places of the padding in numbers of the form [B, T, ...].
    private static IEnumerable<int> Padding(AttentionShape shape, int[] lengths, int count)
    {
        var step = count / (shape.Batch * shape.Steps);
        return from row in Enumerable.Range(0, shape.Batch)
               from place in Enumerable.Range(((row * shape.Steps) + lengths[row]) * step, (shape.Steps - lengths[row]) * step)
               select place;
    }

    private static void Turn(double[] numbers, int from)
    {
        for (var i = from; i < numbers.Length; i++)
        {
            numbers[i] = -numbers[i];
        }
    }
}
