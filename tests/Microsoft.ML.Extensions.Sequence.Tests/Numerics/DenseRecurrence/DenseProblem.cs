using Microsoft.ML.Extensions.Numerics.DenseRecurrence;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.DenseRecurrence;

/// <summary>
/// A random recurrence, run in memory that ends where a forbidden page begins and that holds NaN wherever something is to be written.
/// </summary>
internal sealed unsafe class DenseProblem<TCell>(DenseShape shape, int[] lengths) where TCell : struct, IDenseCell
{
    private const int InputSize = 5;

    /// <summary>All that was written: states, slots, the gradients of slots and first states, the states before.</summary>
    /// <param name="width">Of lanes.</param>
    /// <param name="threads">At most.</param>
    /// <param name="multiplies">Whether the kernel computes the inputs' products, or has them from a plain loop.</param>
    public float[][] Run(LaneWidth width, int threads, bool multiplies = false)
    {
        var random = new Random(shape.Steps);
        ScanExecution execution = new(width, threads);
        int channels = shape.Channels, state = shape.Batch * channels, steps = state * shape.Steps;
        using var input = Random(random, shape.Batch * shape.Steps / shape.Turns * InputSize, 1);
        using var matrix = Random(random, TCell.InputSlots * channels * InputSize, 1);
        using var products = GuardedMemory.Of([.. Products(input.ToArray(), matrix.ToArray()).Select(value => (double)value)]);
        using var slots = Spoilt(TCell.Slots * steps);
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
                Input = multiplies ? input.Start : null,
                InputMatrix = multiplies ? matrix.Start : null,
                InputSize = InputSize,
                InputProducts = multiplies ? null : products.Start,
                Slots = TCell.KeepsSlots ? slots.Start : null,
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

    // One sum for each number, in the order of the inputs; zero where a turn has none, and NaN in slots that nothing may read.
    private float[] Products(float[] input, float[] matrix)
    {
        int channels = shape.Channels, size = TCell.Slots * channels;
        var products = new float[shape.Batch * shape.Steps * size];
        for (var row = 0; row < shape.Batch; row++)
        {
            for (var step = 0; step < shape.Steps; step++)
            {
                // In reverse a row's last place is the first of its turns.
                var turn = shape.Reverse ? (lengths[row] - 1 - step) % shape.Turns : step % shape.Turns;
                var place = (row * shape.Steps) + step;
                for (var n = 0; n < TCell.InputSlots * channels; n++)
                {
                    var sum = 0f;
                    for (var k = 0; turn == 0 && k < InputSize; k++)
                    {
                        sum = MathF.FusedMultiplyAdd(input[(place / shape.Turns * InputSize) + k], matrix[(n * InputSize) + k], sum);
                    }
                    products[(place * size) + ((TCell.Slots - TCell.InputSlots) * channels) + n] = sum;
                }
                products.AsSpan(place * size, (TCell.Slots - TCell.InputSlots) * channels).Fill(float.NaN);
            }
        }
        return products;
    }

    private static GuardedMemory Random(Random random, int count, double bound) =>
        GuardedMemory.Of([.. Enumerable.Range(0, count).Select(_ => ((random.NextDouble() * 2) - 1) * bound)]);

    private static GuardedMemory Spoilt(int count) => GuardedMemory.Of([.. Enumerable.Repeat(double.NaN, count)]);
}
