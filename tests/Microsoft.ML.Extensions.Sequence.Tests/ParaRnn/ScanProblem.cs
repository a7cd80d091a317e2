using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.ParaRnn;

/// <summary>A random recurrence, its result by the reference and by the fused scan in guarded memory.</summary>
internal sealed class ScanProblem<TCell> where TCell : struct, IRecurrentCell<TCell>
{
    public ScanProblem(ScanShape shape, int seed, int[]? lengths = null, bool withEnds = true)
    {
        var random = new Random(seed);
        Shape = shape;
        Lengths = lengths ?? [.. Enumerable.Repeat(shape.Steps, shape.Batch)];
        var cells = shape.Batch * shape.Steps * shape.Channels;
        var ends = TCell.States * shape.Batch * shape.Channels;
        Inputs = Uniform(random, TCell.Gates * cells, 2);
        Parameters = Uniform(random, (TCell.Parameters + TCell.Gates) * shape.Channels, 0.9);
        GradOutput = Uniform(random, cells, 1);
        Initial = withEnds ? Uniform(random, ends, 1) : null;
        GradLast = withEnds ? Uniform(random, ends, 1) : null;
    }

    public ScanShape Shape { get; init; }

    public int[] Lengths { get; init; }

    public double[] Inputs { get; init; }

    public double[] Parameters { get; init; }

    public double[] GradOutput { get; init; }

    public double[]? Initial { get; init; }

    public double[]? GradLast { get; init; }

    public double[] ReferenceStates() => SequentialScan<TCell>.Forward(Shape, Inputs, Parameters, Lengths, Initial);

    public ScanResult ReferenceGradients(double[] states) =>
        SequentialScan<TCell>.Backward(Shape, Inputs, Parameters, Lengths, states, GradOutput, Initial, GradLast);

    public FusedAnswer Fused(LaneWidth width = LaneWidth.Sixteen, int threads = 1) => Fused(new ScanExecution(width, threads));

    public unsafe FusedAnswer Fused(ScanExecution execution)
    {
        using var inputs = GuardedMemory.Of(Inputs);
        using var parameters = GuardedMemory.Of(Parameters);
        using var initial = GuardedMemory.Of(Initial);
        using var states = new GuardedMemory(TCell.States * GradOutput.Length);
        using var gradOutput = GuardedMemory.Of(GradOutput);
        using var gradLast = GuardedMemory.Of(GradLast);
        using var dInputs = new GuardedMemory(Inputs.Length);
        using var dParameters = new GuardedMemory(Parameters.Length);
        using var dInitial = new GuardedMemory(TCell.States * Shape.Batch * Shape.Channels);
        fixed (int* lengths = Lengths)
        {
            ScanData data = new()
            {
                Inputs = inputs.Start,
                Parameters = parameters.Start,
                Initial = Initial is null ? null : initial.Start,
                Lengths = lengths,
                States = states.Start,
            };
            ScanGradients gradients = new()
            {
                Output = gradOutput.Start,
                Last = GradLast is null ? null : gradLast.Start,
                Inputs = dInputs.Start,
                Parameters = dParameters.Start,
                Initial = dInitial.Start,
            };
            FusedScan<TCell>.Forward(Shape, data, execution);
            FusedScan<TCell>.Backward(Shape, data, gradients, execution);
        }
        return new FusedAnswer(states.ToArray(), dInputs.ToArray(), dParameters.ToArray(), dInitial.ToArray());
    }

    // Rounded to float, so that both precisions see the same numbers.
    private static double[] Uniform(Random random, int count, double bound) =>
        [.. Enumerable.Range(0, count).Select(_ => (double)(float)(((random.NextDouble() * 2) - 1) * bound))];
}
