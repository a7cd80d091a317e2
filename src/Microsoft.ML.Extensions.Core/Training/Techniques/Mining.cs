using System.Globalization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Lets a network choose, every few epochs, what it learns from in each training row (<see cref="IMining"/>).</summary>
/// <remarks>
/// A choice depends on the weights at the end of an epoch alone, and is part of checkpoints, so a resumed run equals an uninterrupted one.
/// Validation rows are not chosen from: their losses are of the same examples in every epoch.
/// </remarks>
internal sealed class Mining(TechniqueContext context, IMining network) : TrainingTechnique, ITechnique
{
    private const string ChoiceName = "choice";
    private const string EpochName = "epoch";
    private const int None = -1;

    private readonly int[] _choice = new int[SizeLimits.Product("The choices of all rows", context.Data.Rows, network.MinedNumbers)];
    private int _epoch;

    public static TrainingTechnique? For(TechniqueContext context) =>
        context.Network is not IMining { MiningEpochs: > 0 } network ? null
        : context.Run.Plan.Epochs > network.MiningEpochs ? new Mining(context, network)
        : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
            $"The training has {context.Run.Plan.Epochs} epochs and mines after every {network.MiningEpochs}, so it would mine nothing; ")
            + "mine more often, or set Training.Epochs higher.");

    public override void BeforeEpoch(int epoch)
    {
        if (epoch < network.MiningEpochs || (epoch % network.MiningEpochs != 0 && _epoch > 0))
        {
            return;
        }
        Choose();
        _epoch = epoch;
        context.Run.Channel.Tell(string.Create(CultureInfo.InvariantCulture,
            $"After epoch {epoch}, {_choice.Count(place => place != None)} examples were mined for {context.Data.Labels.Rows} rows."));
    }

    public override void AfterGoingBack(int epoch) => (_epoch, network.Mined) = (0, null);

    public override IEnumerable<(string Name, Tensor Value)> State() =>
        [(ChoiceName, tensor(Array.ConvertAll(_choice, place => (long)place))), (EpochName, tensor((long)_epoch))];

    public override void Restore(Func<string, Tensor> state, int epochs)
    {
        var epoch = state(EpochName).Item<long>();
        if (epoch < 0 || epoch > epochs)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                $"it states that after {epochs} epochs examples were last mined after epoch {epoch}, which is not possible."));
        }
        if (epoch > 0)
        {
            var choice = state(ChoiceName).data<long>();
            for (var place = 0; place < _choice.Length; place++)
            {
                _choice[place] = (int)choice[place];
            }
            (_epoch, network.Mined) = ((int)epoch, _choice);
        }
    }

    private void Choose()
    {
        ((Network)network).eval();
        using var _ = no_grad();
        Array.Fill(_choice, None);
        foreach (var (store, rows, first) in new ExampleSource(context.Data).Batches(1, shuffle: null))
        {
            context.Run.CheckAlive();
            using var scope = NewDisposeScope();
            var start = (int)(first + rows[0]) * network.MinedNumbers;
            network.Mine(store, rows[0], _choice.AsSpan(start, network.MinedNumbers));
        }
        network.Mined = _choice;
    }
}
