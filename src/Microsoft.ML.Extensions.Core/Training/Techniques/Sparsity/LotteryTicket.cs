using System.Globalization;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Iterative magnitude pruning with rewinding (Frankle and Carbin 2019, arXiv 1803.03635; Frankle et al. 2019, arXiv 1903.01611).</summary>
/// <remarks>
/// A round is a whole training from the rewound epoch on: its learning rates and its order of rows are those of the first round. After round r of n
/// the smallest weights are pruned, so that the part <c>density^(r/n)</c> is left, and all other weights and buffers go back to their values at the beginning of the rewound
/// epoch; the optimiser's moments begin at 0. Where rows are held out, the weights that are pruned are the best ones of the round.
/// </remarks>
internal sealed class LotteryTicket : TrainingTechnique
{
    private const string RoundName = "round";

    private readonly TechniqueContext _context;
    private readonly SparseNetwork _network;
    private readonly WeightSnapshot _early;
    private readonly int _rounds;
    private readonly double _density;
    private readonly int _epoch;
    private int _round;

    public LotteryTicket(TechniqueContext context, SparsityOptions options, SparseNetwork network)
    {
        (_context, _network, _rounds, _density) = (context, network, options.ChosenRounds, options.Density);
        _epoch = Math.Min(context.Run.Plan.Epochs - 1, (int)Math.Round(options.ChosenBegin * context.Run.Plan.Epochs));
        _network.BeginDense();
        _early = WeightSnapshot.Of(context.Network);
    }

    public override SparseCourse? Course
    {
        get
        {
            var (all, each) = (_context.Run.Plan.Epochs, _context.Run.Plan.Epochs - _epoch);
            var rounds = Enumerable.Range(1, _rounds).Sum(round => Math.Pow(_density, (double)round / _rounds));
            return _network.Course((all + (each * rounds)) / (all + (each * _rounds)), 1);
        }
    }

    public override (int Done, int All) MoreEpochs
    {
        get
        {
            var each = _context.Run.Plan.Epochs - _epoch;
            return (_round * each, _rounds * each);
        }
    }

    public override void BeforeEpoch(int epoch)
    {
        if (_round == 0 && epoch == _epoch)
        {
            var now = _context.Network.state_dict();
            _early.Fill(name => now[name]);
        }
    }

    public override void BeforeStep(long step)
    {
        using var _ = no_grad();
        foreach (var matrix in _network.Matrices)
        {
            if (matrix.Parameter.grad is { } gradient)
            {
                matrix.Mask(gradient);
            }
        }
    }

    public override void AfterStep(Optimizer optimizer) => _network.Apply(optimizer);

    public override int? GoesBackTo()
    {
        if (_round == _rounds)
        {
            return null;
        }
        using var scope = NewDisposeScope();
        _round++;
        var done = (double)_round / _rounds;
        _network.Live = _network.Best(_network.OfLive(_network.Scores(parameter => parameter)), final => Math.Pow(final, done));
        _early.CopyTo(_context.Network);
        _network.Apply(null);
        _context.Run.Channel.Tell(string.Create(CultureInfo.InvariantCulture,
            $"Lottery ticket, round {_round} of {_rounds}: {_network.LiveUnits} of {_network.Units} units go on from epoch {_epoch}."));
        return _epoch;
    }

    public override void AfterRun(Func<IReadOnlyList<float>> validationLosses)
    {
        if (_round == _rounds)
        {
            Sparsity.Tell(_context, _network);
        }
    }

    public override IEnumerable<(string Name, Tensor Value)> State() => _network.State()
        .Concat(_early.Values.Select(pair => (Early(pair.Key), pair.Value))).Append((RoundName, tensor((long)_round)));

    public override void Restore(Func<string, Tensor> state, int epochs)
    {
        var round = state(RoundName).Item<long>();
        if (round < 0 || round > _rounds)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"it is in round {round} of {_rounds}, which is not possible."));
        }
        _round = (int)round;
        _early.Fill(name => state(Early(name)));
        _network.Restore(state);
    }

    public override void Dispose()
    {
        _network.Dispose();
        _early.Dispose();
    }

    private static string Early(string name) => $"early/{name}";
}
