namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>
/// The reference: the same scan in double precision, one channel of one row after the other, by plain back-propagation through time.
/// Written for readability; every fast path is tested against it. Shapes are those of <see cref="ScanData"/> and
/// <see cref="ScanGradients"/>.
/// </summary>
internal static class SequentialScan<TCell> where TCell : struct, IRecurrentCell<TCell>
{
    /// <summary>Every s_t, [S, B, T, H], from s_0 = <paramref name="initial"/>, [S, B, H] (null stands for zero).</summary>
    public static double[] Forward(
        ScanShape shape, double[] inputs, double[] parameters, int[] lengths, double[]? initial = null)
    {
        var states = new double[TCell.States * shape.StateStride];
        foreach (var track in Tracks(shape, lengths))
        {
            var x = track.Inputs(inputs, parameters);
            var a = track.Parameters(parameters);
            var state = track.State(initial);
            for (var step = 0; step < track.Length; step++)
            {
                var next = new DoubleLane[TCell.States];
                TCell.Step<DoubleLane, ArrayRows<DoubleLane>, ArrayRows<DoubleLane>>(new(x[step]), new(a), new(state), new(next));
                track.WriteState(states, step, next);
                state = next;
            }
        }
        return states;
    }

    /// <summary>dL/dx, dL/d(a, b) and dL/ds_0 from dL/dh_t, [B, T, H], and dL/ds_last, [S, B, H] (null stands for zero).</summary>
    public static ScanResult Backward(
        ScanShape shape, double[] inputs, double[] parameters, int[] lengths, double[] states,
        double[] gradOutput, double[]? initial = null, double[]? gradLast = null)
    {
        var result = new ScanResult(
            new double[inputs.Length], new double[parameters.Length], new double[TCell.States * shape.Batch * shape.Channels]);
        foreach (var track in Tracks(shape, lengths))
        {
            var x = track.Inputs(inputs, parameters);
            var a = track.Parameters(parameters);
            var adjoint = track.State(gradLast);
            var da = new DoubleLane[TCell.Parameters];
            var dx = new DoubleLane[TCell.Gates];
            for (var step = track.Length - 1; step >= 0; step--)
            {
                var previous = step == 0 ? track.State(initial) : track.StateAfter(states, step - 1);
                adjoint[^1] += gradOutput[track.Output(step)];
                TCell.StepBackward<DoubleLane, ArrayRows<DoubleLane>, ArrayRows<DoubleLane>>(
                    new(x[step]), new(a), new(previous), new(adjoint), new(dx), new(da));
                track.WriteInputs(result, step, dx);
            }
            track.WriteParametersAndInitial(result, da, adjoint);
        }
        return result;
    }

    private static IEnumerable<ScanTrack<TCell>> Tracks(ScanShape shape, int[] lengths) =>
        from row in Enumerable.Range(0, shape.Batch)
        from channel in Enumerable.Range(0, shape.Channels)
        select new ScanTrack<TCell>(shape, row, channel, lengths[row]);
}
