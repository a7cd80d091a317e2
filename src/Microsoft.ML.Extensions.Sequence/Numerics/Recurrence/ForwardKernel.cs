using System.Runtime.CompilerServices;

namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>The forward loop: steps outside, rows and lane groups inside, so that independent chains of latency overlap.</summary>
internal static unsafe class ForwardKernel<TCell, TLane>
    where TCell : struct, IRecurrentCell<TCell>
    where TLane : struct, IMemoryLane<TLane>
{
    private struct Cursor
    {
        public float* Inputs;
        public float* Previous;
        public nint PreviousStride;
        public float* Next;
        public int Length;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ScanPlan plan, ScanShape shape, ScanData data, ScanTile tile)
    {
        var (channels, head) = (shape.Channels, shape.HeadChannels);
        nint inputStep = shape.Reverse ? -TCell.Gates * head : TCell.Gates * head;
        nint stateStep = shape.Reverse ? -channels : channels;
        var stateStride = data.Starts is null ? shape.StateStride : (nint)data.Starts[shape.Batch] * channels;
        nint parameterStride = channels;
        var biases = data.Parameters + ((nint)TCell.Parameters * channels);

        var rows = stackalloc Cursor[tile.Rows];
        var longest = 0;
        for (var r = 0; r < tile.Rows; r++)
        {
            rows[r] = Start(shape, data, tile.Row + r);
            longest = Math.Max(longest, rows[r].Length);
        }

        fixed (int* channelOf = plan.Channel)
        fixed (nint* inputOf = plan.Input)
        {
            for (var step = 0; step < longest; step++)
            {
                for (var r = 0; r < tile.Rows; r++)
                {
                    var row = rows + r;
                    if (step >= row->Length)
                    {
                        continue;
                    }
                    for (var g = tile.Group; g < tile.GroupEnd; g++)
                    {
                        var channel = channelOf[g];
                        TCell.Step<TLane, BiasedRows<TLane>, MemoryRows<TLane>>(
                            new(new(row->Inputs + inputOf[g], head), new(biases + channel, parameterStride)),
                            new(data.Parameters + channel, parameterStride),
                            new(row->Previous + channel, row->PreviousStride),
                            new(row->Next + channel, stateStride));
                    }
                    row->Inputs += inputStep;
                    row->Previous = row->Next;
                    row->PreviousStride = stateStride;
                    row->Next += stateStep;
                }
            }
        }
    }

    private static Cursor Start(ScanShape shape, ScanData data, int row)
    {
        var length = data.Starts is not null ? data.Starts[row + 1] - data.Starts[row]
            : data.Lengths is null ? shape.Steps : data.Lengths[row];
        var start = data.Starts is null ? (nint)row * shape.Steps : data.Starts[row];
        var first = start + (shape.Reverse ? length - 1 : 0);
        return new Cursor
        {
            Inputs = data.Inputs + (first * TCell.Gates * shape.HeadChannels),
            Previous = data.Initial + ((nint)row * shape.Channels),
            PreviousStride = (nint)shape.Batch * shape.Channels,
            Next = data.States + (first * shape.Channels),
            Length = length,
        };
    }
}
