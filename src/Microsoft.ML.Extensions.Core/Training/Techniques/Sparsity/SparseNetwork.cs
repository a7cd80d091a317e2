using System.Globalization;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>The matrices of a network that become sparse, and how many units each of them keeps.</summary>
internal sealed class SparseNetwork : IDisposable
{
    private readonly PruningOptions _options;
    private readonly int[] _units;
    private readonly int[] _counts;
    private readonly double _targetShare;

    /// <param name="network">The network.</param>
    /// <param name="options">The options.</param>
    /// <param name="learns">Whether parameters that do not learn are left out.</param>
    /// <exception cref="InvalidOperationException">A name is unknown, there is no target, or the structure does not fit one.</exception>
    public SparseNetwork(Network network, PruningOptions options, bool learns = true)
    {
        _options = options;
        var all = IWeightMatrices.Of(network).Sum(matrix => (double)matrix.Parameter.numel());
        var (height, width) = options.Structure == SparsityStructure.Blocks ? (options.BlockOutputs, options.BlockInputs) : (1, 1);
        var targets = Targets(network, options, learns);
        foreach (var (name, _, matrix) in targets)
        {
            Check(name, matrix, options);
        }
        Matrices = [.. targets.Select(target => new SparseMatrix(target.Name, target.Parameter, target.Matrix, height, width))];
        LayerSize[] sizes = [.. Matrices.SelectMany(matrix => matrix.Sizes)];
        _units = [.. sizes.Select(size => size.Units)];
        _targetShare = Matrices.Sum(matrix => matrix.Parameter.numel()) / all;
        _counts = LayerDensities.Counts(_units, Densities(sizes), options.Density);
    }

    public IReadOnlyList<SparseMatrix> Matrices { get; }

    /// <summary>The number of units.</summary>
    public long Units => _units.Sum(units => (long)units);

    /// <summary>The number of live units.</summary>
    public long LiveUnits => Live.Sum(part => (long)part.Count(live => live));

    /// <summary>The part of the units that were live at any time.</summary>
    public double ExploredShare => Matrices.Sum(matrix => (double)matrix.Explored) / Units;

    /// <summary>The course of a training.</summary>
    /// <param name="mean">The mean density of the targets over its steps.</param>
    /// <param name="peak">Their largest density in a step.</param>
    public SparseCourse Course(double mean, double peak)
    {
        return new SparseCourse(ExploredShare, OfAll(mean), OfAll(peak));

        double OfAll(double density) => (density * _targetShare) + 1 - _targetShare;
    }

    /// <summary>The live units of each gate of each matrix.</summary>
    public IReadOnlyList<bool[]> Live
    {
        get => [.. Matrices.SelectMany(matrix => matrix.Live)];
        set
        {
            var start = 0;
            foreach (var matrix in Matrices)
            {
                var gates = matrix.Sizes.Count();
                matrix.Live = [.. value.Skip(start).Take(gates)];
                start += gates;
            }
        }
    }

    /// <summary>Makes all units live.</summary>
    public void BeginDense() => Live = [.. _units.Select(units => Enumerable.Repeat(true, units).ToArray())];

    /// <summary>A score for each unit of each gate: the sum of a tensor's numbers, or of their sizes.</summary>
    /// <param name="values">A tensor of a parameter's shape; null for zeros.</param>
    /// <param name="signed">Whether numbers keep their signs.</param>
    public IReadOnlyList<float[]> Scores(Func<Parameter, Tensor?> values, bool signed = false) =>
        [.. Matrices.SelectMany(matrix => matrix.Sums(values(matrix.Parameter), signed))];

    /// <summary>Scores of which units that are not live have the least, so that none comes back.</summary>
    public IReadOnlyList<float[]> OfLive(IReadOnlyList<float[]> scores)
    {
        var live = Live;
        return [.. scores.Select((part, layer) => part.Select((score, unit) => live[layer][unit] ? score : float.NegativeInfinity).ToArray())];
    }

    /// <summary>Random scores.</summary>
    public IReadOnlyList<float[]> Drawn(Random random) =>
        [.. _units.Select(units => Enumerable.Range(0, units).Select(_ => random.NextSingle()).ToArray())];

    /// <summary>The best units, in the numbers of the options.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="densityOf">The density to keep, from the final one.</param>
    public IReadOnlyList<bool[]> Best(IReadOnlyList<float[]> scores, Func<double, double> densityOf)
    {
        if (_options.Structure == SparsityStructure.Groups)
        {
            var kept = (int)Math.Round(_options.Density * _options.GroupSize);
            return [.. scores.Select(part => MaskChoice.BestOfGroups(part, kept, _options.GroupSize))];
        }
        if (_options.ChosenDistribution == SparsityDistribution.Global)
        {
            var final = LayerDensities.Total(_units, _options.Density);
            return MaskChoice.BestOfAll(scores, Math.Max(final, (int)Math.Round(densityOf((double)final / Units) * Units)));
        }
        int[] counts = [.. _counts.Select((count, layer) => Math.Max(count, (int)Math.Round(densityOf((double)count / _units[layer]) * _units[layer])))];
        if (_options.ComparesWithinOutputs)
        {
            int[] columns = [.. Matrices.SelectMany(matrix => matrix.Sizes.Select(_ => matrix.ColumnCount))];
            return [.. scores.Select((part, layer) => MaskChoice.BestOfRows(part, counts[layer], columns[layer]))];
        }
        return _options.Gates == SparsityGates.Balanced ? [.. scores.Select((part, layer) => MaskChoice.Best(part, counts[layer]))]
            : [.. ByMatrix().SelectMany(gates => MaskChoice.BestOfAll([.. gates.Select(gate => scores[gate])], gates.Sum(gate => counts[gate])))];
    }

    /// <summary>Drops a part of the live units, those of least size, and revives as many.</summary>
    /// <param name="growth">The growth of each unit.</param>
    /// <param name="fraction">The part.</param>
    public void Rewire(IReadOnlyList<float[]> growth, double fraction)
    {
        var (live, sizes) = (Live, Scores(parameter => parameter));
        Live = _options.Gates == SparsityGates.Balanced
            ? [.. live.Select((part, layer) => MaskChoice.Rewire(part, sizes[layer], growth[layer], (int)(fraction * part.Count(alive => alive))))]
            : [.. ByMatrix().SelectMany(gates => MaskChoice.RewireTogether(
                [.. gates.Select(gate => live[gate])], [.. gates.Select(gate => sizes[gate])], [.. gates.Select(gate => growth[gate])], fraction))];
    }

    // The gates of each parameter, by their places among all.
    private IEnumerable<int[]> ByMatrix()
    {
        var start = 0;
        foreach (var matrix in Matrices)
        {
            var count = matrix.Sizes.Count();
            yield return [.. Enumerable.Range(start, count)];
            start += count;
        }
    }

    /// <summary>Makes weights and their moments 0 where units are not live.</summary>
    public void Apply(Optimizer? optimizer)
    {
        foreach (var matrix in Matrices)
        {
            matrix.Apply(optimizer);
        }
    }

    public IEnumerable<(string Name, Tensor Value)> State() => Matrices.SelectMany(matrix => matrix.State());

    /// <exception cref="FormatException">The mask has fewer live units than the options keep.</exception>
    public void Restore(Func<string, Tensor> state)
    {
        foreach (var matrix in Matrices)
        {
            matrix.Restore(state);
        }
        if (LiveUnits < _counts.Sum())
        {
            throw new FormatException(string.Create(
                CultureInfo.InvariantCulture, $"its mask has {LiveUnits} live units, and this training keeps {_counts.Sum()}."));
        }
        Apply(null);
    }

    public void Dispose()
    {
        foreach (var matrix in Matrices)
        {
            matrix.Dispose();
        }
    }

    private double[] Densities(LayerSize[] sizes) => _options.ChosenDistribution switch
    {
        SparsityDistribution.ErdosRenyi => LayerDensities.Proportional(_units, [.. sizes.Select(size => size.ErdosRenyi)], _options.Density),
        SparsityDistribution.ErdosRenyiKernel => LayerDensities.Proportional(_units, [.. sizes.Select(size => size.ErdosRenyiKernel)], _options.Density),
        _ => [.. sizes.Select(_ => _options.Density)],
    };

    private static (string Name, Parameter Parameter, WeightMatrix Matrix)[] Targets(Network network, PruningOptions options, bool learns)
    {
        var all = IWeightMatrices.Of(network).Where(matrix => matrix.Parameter.requires_grad || !learns).ToArray();
        var names = string.Join(", ", all.Select(matrix => matrix.Name));
        if (options.ParameterNames?.FirstOrDefault(name => !all.Any(matrix => IsNamed(matrix.Name, name))) is { } unknown)
        {
            throw new InvalidOperationException(
                $"{options.Path}.{nameof(options.ParameterNames)} has '{unknown}', which is no weight matrix of this network and contains none; its matrices are {names}.");
        }
        var targets = all.Where(matrix => IsTarget(matrix.Matrix.Role, options.Targets)
            && options.ParameterNames?.Any(name => IsNamed(matrix.Name, name)) != false).ToArray();
        return targets.Length > 0 ? targets : throw new InvalidOperationException(
            $"{options.Path}.{nameof(options.Targets)} is {options.Targets}, and this network has no such weight matrix{(options.ParameterNames is null ? "" : " of those names")}; "
            + (names.Length > 0 ? $"its matrices are {names}." : "it has no weight matrix that can be sparse."));
    }

    private static bool IsNamed(string matrix, string name) =>
        matrix == name || matrix.StartsWith(name + ".", StringComparison.Ordinal);

    private static bool IsTarget(WeightRole role, SparsityTargets targets) => targets switch
    {
        SparsityTargets.InputToHidden => role == WeightRole.InputToHidden,
        SparsityTargets.HiddenToHidden => role == WeightRole.HiddenToHidden,
        SparsityTargets.Recurrent => role != WeightRole.Layers,
        _ => true,
    };

    private static void Check(string name, WeightMatrix matrix, PruningOptions options)
    {
        var (inputs, outputs) = options.Structure switch
        {
            SparsityStructure.Groups => (options.GroupSize, 1),
            SparsityStructure.Blocks => (options.BlockInputs, options.BlockOutputs),
            _ => (1, 1),
        };
        if (matrix.Columns % inputs != 0 || matrix.Rows % outputs != 0)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"{options.Path}.{nameof(options.Structure)} is {options.Structure} of {outputs} outputs and {inputs} inputs, and '{name}' has {matrix.Rows} outputs and {matrix.Columns} inputs, ")
                + "which are no multiples. Name matrices that fit in ParameterNames, or change the sizes.");
        }
    }
}
