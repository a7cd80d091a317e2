namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>
/// One channel of one row, its steps counted in the order of the scan: the positions of its numbers in the arrays of the reference.
/// </summary>
internal sealed record ScanTrack<TCell>(ScanShape Shape, int Row, int Channel, int Length) where TCell : struct, IRecurrentCell<TCell>
{
    /// <summary>B x_t + b for every step, [L][G].</summary>
    public DoubleLane[][] Inputs(double[] inputs, double[] parameters) =>
        [.. Enumerable.Range(0, Length).Select(step => Numbers(
            TCell.Gates, gate => inputs[Input(step, gate)] + parameters[Parameter(TCell.Parameters + gate)]))];

    public DoubleLane[] Parameters(double[] parameters) => Numbers(TCell.Parameters, i => parameters[Parameter(i)]);

    /// <summary>This track's numbers of [S, B, H]; null stands for zero.</summary>
    public DoubleLane[] State(double[]? states) => Numbers(TCell.States, s => states is null ? 0 : states[Edge(s)]);

    public DoubleLane[] StateAfter(double[] states, int step) => Numbers(TCell.States, s => states[Place(s, step)]);

    /// <summary>The index of a step's h in [B, T, H].</summary>
    public nint Output(int step) => (((nint)Row * Shape.Steps) + Time(step)) * Shape.Channels + Channel;

    public void WriteState(double[] states, int step, DoubleLane[] state)
    {
        for (var s = 0; s < TCell.States; s++)
        {
            states[Place(s, step)] = state[s];
        }
    }

    public void WriteInputs(ScanResult result, int step, DoubleLane[] dx)
    {
        for (var gate = 0; gate < TCell.Gates; gate++)
        {
            result.Inputs[Input(step, gate)] = dx[gate];
            result.Parameters[Parameter(TCell.Parameters + gate)] += dx[gate];
        }
    }

    public void WriteParametersAndInitial(ScanResult result, DoubleLane[] da, DoubleLane[] adjoint)
    {
        for (var i = 0; i < TCell.Parameters; i++)
        {
            result.Parameters[Parameter(i)] += da[i];
        }
        for (var s = 0; s < TCell.States; s++)
        {
            result.Initial[Edge(s)] = adjoint[s];
        }
    }

    private static DoubleLane[] Numbers(int count, Func<int, double> number) =>
        [.. Enumerable.Range(0, count).Select(i => (DoubleLane)number(i))];

    private int Time(int step) => Shape.Reverse ? Length - 1 - step : step;

    private nint Place(int state, int step) => (state * Shape.StateStride) + Output(step);

    private int Edge(int state) => ((state * Shape.Batch) + Row) * Shape.Channels + Channel;

    private int Parameter(int index) => (index * Shape.Channels) + Channel;

    private nint Input(int step, int gate)
    {
        var (head, within) = (Channel / Shape.HeadChannels, Channel % Shape.HeadChannels);
        var cell = (((nint)Row * Shape.Steps) + Time(step)) * TCell.Gates + gate;
        return (head * Shape.HeadStride(TCell.Gates)) + (cell * Shape.HeadChannels) + within;
    }
}
