using Microsoft.ML.Extensions.Numerics.Attention;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.Attention;

/// <summary>Random scores and values, their attention by the reference, and by the fused kernel in guarded memory.</summary>
internal sealed class AttentionProblem
{
    public AttentionProblem(AttentionShape shape, int seed, int[]? lengths = null, double deviation = 2)
    {
        var random = new Random(seed);
        Shape = shape;
        Lengths = lengths ?? [.. Enumerable.Repeat(shape.Steps, shape.Batch)];
        Scores = Draw(random, shape.ScoreCount, deviation);
        Values = Draw(random, shape.ValueCount, 1);
        GradOutputs = Draw(random, shape.ValueCount, 1);
    }

    public AttentionShape Shape { get; }

    public int[] Lengths { get; }

    public double[] Scores { get; init; }

    public double[] Values { get; init; }

    public double[] GradOutputs { get; init; }

    public double[] ReferenceOutputs() => SequentialAttention.Forward(Shape, Scores, Values, Lengths);

    public (double[] Scores, double[] Values) ReferenceGradients() =>
        SequentialAttention.Backward(Shape, Scores, Values, Lengths, GradOutputs);

    public unsafe AttentionAnswer Fused(LaneWidth width = LaneWidth.Sixteen, int threads = 1)
    {
        var execution = new ScanExecution(width, threads);
        using var scores = GuardedMemory.Of(Scores);
        using var values = GuardedMemory.Of(Values);
        using var outputs = new GuardedMemory(Values.Length);
        using var factors = new GuardedMemory(Scores.Length * sizeof(StepFactors) / sizeof(float));
        using var gradOutputs = GuardedMemory.Of(GradOutputs);
        using var gradScores = new GuardedMemory(Scores.Length);
        using var gradValues = new GuardedMemory(Values.Length);
        fixed (int* lengths = Lengths)
        {
            AttentionData data = new()
            {
                Scores = scores.Start,
                Values = values.Start,
                Lengths = lengths,
                Outputs = outputs.Start,
                Factors = (StepFactors*)factors.Start,
            };
            AttentionGradients gradients = new() { Outputs = gradOutputs.Start, Scores = gradScores.Start, Values = gradValues.Start };
            FusedAttention.Forward(Shape, data, execution);
            FusedAttention.Backward(Shape, data, gradients, execution);
        }
        return new AttentionAnswer(outputs.ToArray(), gradScores.ToArray(), gradValues.ToArray());
    }

    // Rounded to float, so that both precisions see the same numbers.
    private static double[] Draw(Random random, nint count, double deviation) =>
        [.. Enumerable.Range(0, (int)count).Select(_ => (double)(float)(Normal.Next(random) * deviation))];
}
