using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>A parameter with its mask: which units of each gate's matrix are live.</summary>
/// <param name="name">The parameter's name in the network.</param>
/// <param name="parameter">The parameter.</param>
/// <param name="matrix">Its matrices.</param>
/// <param name="height">The rows of a block.</param>
/// <param name="width">The columns of a block.</param>
internal sealed class SparseMatrix(string name, Parameter parameter, WeightMatrix matrix, int height, int width) : IDisposable
{
    private readonly Blocks _blocks = new(matrix.Rows, matrix.Columns, height, width);
    private Tensor? _hole;
    private bool[][] _live = [];
    private bool[][] _explored = [];
    private Tensor[]? _moments;

    public string Name => name;

    public Parameter Parameter => parameter;

    /// <summary>The rows of all gates.</summary>
    public int RowCount => matrix.Gates * matrix.Rows;

    /// <summary>The columns of a gate's matrix.</summary>
    public int ColumnCount => matrix.Columns;

    /// <summary>The units of each gate.</summary>
    public IEnumerable<LayerSize> Sizes => Enumerable.Repeat(matrix.Size(_blocks.Count), matrix.Gates);

    /// <summary>The units that are live, for each gate.</summary>
    public bool[][] Live
    {
        get => _live;
        set
        {
            _live = value;
            _explored = [.. value.Select((gate, at) => Either(_explored.ElementAtOrDefault(at), gate))];
            _hole?.Dispose();
            _hole = Hole();
        }
    }

    /// <summary>The units that were live at any time.</summary>
    public int Explored => _explored.Sum(gate => gate.Count(live => live));

    /// <summary>The sum of numbers in each unit, for each gate; zeros for no tensor.</summary>
    /// <param name="values">A tensor of the parameter's shape.</param>
    /// <param name="signed">Whether the numbers keep their signs; otherwise their sizes are added.</param>
    public float[][] Sums(Tensor? values, bool signed)
    {
        if (values is null)
        {
            return [.. Enumerable.Range(0, matrix.Gates).Select(_ => new float[_blocks.Count])];
        }
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var numbers = signed ? values.detach() : values.detach().abs();
        var sorted = matrix.ToMatrices(numbers.to_type(ScalarType.Float32).cpu().contiguous());
        var all = sorted.AsSpan();
        var length = matrix.Rows * matrix.Columns;
        var sums = new float[matrix.Gates][];
        for (var gate = 0; gate < sums.Length; gate++)
        {
            sums[gate] = _blocks.Sums(all.Slice(gate * length, length));
        }
        return sums;
    }

    /// <summary>Makes a tensor of the parameter's shape 0 where units are not live.</summary>
    public void Mask(Tensor values) => values.masked_fill_(_hole!, Numbers.Zero);

    /// <summary>Makes the parameter and its moments 0 where units are not live.</summary>
    public void Apply(Optimizer? optimizer)
    {
        using var _ = no_grad();
        Mask(parameter);
        if (optimizer is null)
        {
            return;
        }
        foreach (var moment in _moments ??= [.. optimizer.MomentsOf(parameter)])
        {
            Mask(moment);
        }
    }

    public IEnumerable<(string Name, Tensor Value)> State() =>
        [($"live/{name}", tensor(Joined(_live))), ($"explored/{name}", tensor(Joined(_explored)))];

    public void Restore(Func<string, Tensor> state)
    {
        _explored = Parted(state($"explored/{name}"));
        Live = Parted(state($"live/{name}"));
    }

    public void Dispose() => _hole?.Dispose();

    private static bool[] Joined(bool[][] gates) => [.. gates.SelectMany(gate => gate)];

    private bool[][] Parted(Tensor joined) => [.. joined.data<bool>().ToArray().Chunk(_blocks.Count)];

    private static bool[] Either(bool[]? before, bool[] now) => [.. now.Select((live, unit) => live || before?[unit] == true)];

    private Tensor Hole()
    {
        using var scope = NewDisposeScope();
        var live = new bool[matrix.Gates * matrix.Rows * matrix.Columns];
        var length = matrix.Rows * matrix.Columns;
        for (var gate = 0; gate < _live.Length; gate++)
        {
            _blocks.Fill(_live[gate], live.AsSpan(gate * length, length));
        }
        return matrix.FromMatrices(tensor(live), parameter.shape).logical_not().to(parameter.device).DetachFromDisposeScope();
    }
}
