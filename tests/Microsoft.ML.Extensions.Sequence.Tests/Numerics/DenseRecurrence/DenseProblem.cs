using Microsoft.ML.Extensions.Numerics.DenseRecurrence;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.DenseRecurrence;

/// <summary>
/// A random recurrence, run in memory that ends where a forbidden page begins and that holds NaN wherever something is to be written.
/// </summary>
internal sealed unsafe class DenseProblem<TCell>(DenseShape shape, int[] lengths) where TCell : struct, IDenseCell
{
    /// <summary>All that was written: states, slots, the gradients of slots and first states, the states before.</summary>
    public float[][] Run(LaneWidth width, int threads)
    {
        var random = new Random(shape.Steps);
        ScanExecution execution = new(width, threads);
        int channels = shape.Channels, state = shape.Batch * channels, steps = state * shape.Steps;
        using var slots = Random(random, TCell.Slots * steps, 2);
        using var recurrent = Random(random, shape.Turns * TCell.RecurrentSlots * channels * channels, 1 / Math.Sqrt(channels));
        using var bias = Random(random, shape.Turns * TCell.Slots * channels, 1);
        using var peepholes = Random(random, 3 * channels, 1);
        using var initial = Random(random, 2 * state, 1);
        using var gradHidden = Random(random, steps, 1);
        using var gradLast = Random(random, 2 * state, 1);
        using GuardedMemory hidden = Spoilt(steps), cell = Spoilt(steps), gradSlots = Spoilt(TCell.Slots * steps);
        using GuardedMemory before = Spoilt(steps), cellBefore = Spoilt(steps), gradInitial = Spoilt(2 * state);
        fixed (int* ends = lengths)
        {
            DenseData data = new()
            {
                Slots = slots.Start,
                Recurrent = recurrent.Start,
                Bias = bias.Start,
                Peepholes = TCell.HasCell ? peepholes.Start : null,
                InitialHidden = initial.Start,
                InitialCell = TCell.HasCell ? initial.Start + state : null,
                Lengths = ends,
                Hidden = hidden.Start,
                Cell = TCell.HasCell ? cell.Start : null,
            };
            DenseGradients gradients = new()
            {
                Hidden = gradHidden.Start,
                LastHidden = gradLast.Start,
                LastCell = TCell.HasCell ? gradLast.Start + state : null,
                Slots = gradSlots.Start,
                PreviousHidden = before.Start,
                PreviousCell = TCell.HasCell ? cellBefore.Start : null,
                InitialHidden = gradInitial.Start,
                InitialCell = TCell.HasCell ? gradInitial.Start + state : null,
            };
            FusedDenseScan<TCell>.Forward(shape, data, execution);
            FusedDenseScan<TCell>.Backward(shape, data, gradients, execution);
        }
        return
        [
            hidden.ToArray(), gradSlots.ToArray(), before.ToArray(), gradInitial.ToArray()[..(TCell.HasCell ? 2 * state : state)],
            .. TCell.HasCell ? new[] { cell.ToArray(), cellBefore.ToArray() } : [],
        ];
    }

    private static GuardedMemory Random(Random random, int count, double bound) =>
        GuardedMemory.Of([.. Enumerable.Range(0, count).Select(_ => ((random.NextDouble() * 2) - 1) * bound)]);

    private static GuardedMemory Spoilt(int count) => GuardedMemory.Of([.. Enumerable.Repeat(double.NaN, count)]);
}
