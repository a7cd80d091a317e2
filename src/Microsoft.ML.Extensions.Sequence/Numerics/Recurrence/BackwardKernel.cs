using System.Runtime.CompilerServices;

namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>
/// The backward loop. Only the adjoint depends on the next step (a few multiplications); the gates, recomputed from the saved
/// states, are independent of it, so the processor computes several steps at once.
/// </summary>
internal static unsafe class BackwardKernel<TCell, TLane>
    where TCell : struct, IRecurrentCell<TCell>
    where TLane : struct, IMemoryLane<TLane>
{
    private struct Cursor
    {
        public float* Inputs;
        public float* Previous;
        public float* GradOutput;
        public float* GradInputs;
        public float* Initial;
        public int Length;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ScanPlan plan, ScanData data, ScanGradients gradients, ScanSums sums, ScanTile tile)
    {
        var shape = plan.Shape;
        var (channels, head) = (shape.Channels, shape.HeadChannels);
        nint inputStep = shape.Reverse ? TCell.Gates * head : -TCell.Gates * head;
        nint stateStep = shape.Reverse ? channels : -channels;
        nint headStride = head;
        var stateStride = shape.StateStride;
        var initialStride = (nint)shape.Batch * channels;
        nint parameterStride = channels;
        var biases = data.Parameters + ((nint)TCell.Parameters * channels);
        nint laneStride = TLane.Width;

        var rows = stackalloc Cursor[tile.Rows];
        var longest = 0;
        for (var r = 0; r < tile.Rows; r++)
        {
            rows[r] = Start(shape, data, gradients, tile.Row + r);
            longest = Math.Max(longest, rows[r].Length);
        }

        fixed (int* channelOf = plan.Channel)
        fixed (nint* inputOf = plan.Input)
        {
            for (var step = longest - 1; step >= 0; step--)
            {
                for (var r = 0; r < tile.Rows; r++)
                {
                    var row = rows + r;
                    if (step >= row->Length)
                    {
                        continue;
                    }
                    var previous = step == 0 ? row->Initial : row->Previous;
                    var previousStride = step == 0 ? initialStride : stateStride;
                    var sum = sums.Of(tile.Row + r, tile.Group);
                    for (var g = tile.Group; g < tile.GroupEnd; g++)
                    {
                        var channel = channelOf[g];
                        MemoryRows<TLane> da = new(sum, laneStride);
                        MemoryRows<TLane> db = new(sum + (TCell.Parameters * TLane.Width), laneStride);
                        MemoryRows<TLane> adjoint = new(sum + ((TCell.Parameters + TCell.Gates) * TLane.Width), laneStride);
                        MemoryRows<TLane> dx = new(row->GradInputs + inputOf[g], headStride);
                        adjoint[TCell.States - 1] += TLane.Load(row->GradOutput + channel);
                        TCell.StepBackward<TLane, BiasedRows<TLane>, MemoryRows<TLane>>(
                            new(new(row->Inputs + inputOf[g], headStride), new(biases + channel, parameterStride)),
                            new(data.Parameters + channel, parameterStride),
                            new(previous + channel, previousStride),
                            adjoint, dx, da);
                        for (var gate = 0; gate < TCell.Gates; gate++)
                        {
                            db[gate] += dx[gate];
                        }
                        sum += sums.Stride;
                    }
                    row->Inputs += inputStep;
                    row->GradInputs += inputStep;
                    row->GradOutput += stateStep;
                    row->Previous += stateStep;
                }
            }
        }
    }

    private static Cursor Start(ScanShape shape, ScanData data, ScanGradients gradients, int row)
    {
        var length = data.Lengths is null ? shape.Steps : data.Lengths[row];
        nint last = ((nint)row * shape.Steps) + (shape.Reverse ? 0 : length - 1);
        nint before = last + (shape.Reverse ? 1 : -1);
        var inputs = last * TCell.Gates * shape.HeadChannels;
        return new Cursor
        {
            Inputs = data.Inputs + inputs,
            GradInputs = gradients.Inputs + inputs,
            GradOutput = gradients.Output + (last * shape.Channels),
            Previous = data.States + (before * shape.Channels),
            Initial = data.Initial + ((nint)row * shape.Channels),
            Length = length,
        };
    }
}
