using System.Globalization;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>
/// Keeps the weights with the lowest validation loss, and stops after a number of epochs without a lower one (Prechelt 1998).
/// </summary>
/// <param name="network">The network in training.</param>
/// <param name="patience">The number of epochs without a lower loss after which training stops; 0 for never.</param>
/// <param name="settledAt">The epochs after which the network has its final form.</param>
internal sealed class EarlyStopping(Network network, int patience, int settledAt = 0) : TrainingTechnique, ITechnique
{
    private const string WeightsPrefix = "weights/";
    private const string LossName = "loss";
    private const string EpochName = "epoch";

    // The value in a checkpoint before any finite loss.
    private const long None = -1;

    private WeightSnapshot? _best;
    private double _loss = double.PositiveInfinity;
    private int _epoch;

    public static TrainingTechnique? For(TechniqueContext context) =>
        context.Validates ? new EarlyStopping(
            context.Network, context.Options.EarlyStopping, Techniques.SettledAt(context)) : null;

    public static int Copies(TrainingOptions options, bool validates) => validates ? 1 : 0;

    public override void AfterEpoch(EpochResult result)
    {
        if (result.Epoch >= settledAt && result.ValidationLoss < _loss)
        {
            (_loss, _epoch) = (result.ValidationLoss.Value, result.Epoch);
            Keep();
        }
    }

    public override bool Stops(int epochs) => patience > 0 && epochs - Math.Max(_epoch, settledAt) >= patience;

    public override void AfterRun(Func<IReadOnlyList<float>> validationLosses) => _best?.CopyTo(network);

    public override void AfterGoingBack(int epoch)
    {
        _best?.Dispose();
        (_best, _loss, _epoch) = (null, double.PositiveInfinity, epoch);
    }

    public override IEnumerable<(string Name, Tensor Value)> State() =>
        (_best?.Values ?? network.state_dict()).Select(pair => (WeightsPrefix + pair.Key, pair.Value))
            .Append((LossName, tensor(_best is null ? 0 : _loss)))
            .Append((EpochName, tensor(_best is null ? None : _epoch)));

    public override void Restore(Func<string, Tensor> state, int epochs)
    {
        var (loss, epoch) = (state(LossName).Item<double>(), state(EpochName).Item<long>());
        if (epoch < None || epoch > epochs)
        {
            throw new FormatException(string.Create(
                CultureInfo.InvariantCulture, $"it states that after {epochs} epochs the best was epoch {epoch}, which is not possible."));
        }
        if (epoch == None)
        {
            return;
        }
        (_loss, _epoch) = (loss, (int)epoch);
        Keep();
        _best!.Fill(name => state(WeightsPrefix + name));
    }

    public override void Dispose() => _best?.Dispose();

    private void Keep()
    {
        _best?.Dispose();
        _best = WeightSnapshot.Of(network);
    }
}
