using System.Globalization;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Restores a network's solved start unless training has lowered the validation loss by more than chance.</summary>
/// <remarks>
/// The best of many epochs has a lower loss by chance alone, and the solved start is a safe choice, so it is replaced only by a significant
/// gain.
/// </remarks>
internal sealed class SolvedStart(TechniqueContext context) : TrainingTechnique, ITechnique
{
    private WeightSnapshot? _solved;
    private IReadOnlyList<float> _losses = [];

    public static TrainingTechnique? For(TechniqueContext context) =>
        context.Validates && context.Network is ISolved { BeginsSolved: true } ? new SolvedStart(context) : null;

    public override bool JudgesStart => true;

    public override void AfterEpoch(EpochResult result)
    {
        if (result.Epoch == 0)
        {
            (_solved, _losses) = (WeightSnapshot.Of(context.Network), result.ValidationLosses);
        }
    }

    public override void AfterRun(Func<IReadOnlyList<float>> validationLosses)
    {
        if (_solved!.IsOf(context.Network))
        {
            return;
        }
        var (gain, error) = PairedLosses.Compare(validationLosses(), _losses);
        var kept = gain > error;
        context.Run.Channel.Tell(string.Create(CultureInfo.InvariantCulture,
            $"Training lowers the validation loss of the solved model by {gain:g3}, with a standard error of {error:g3}: {(kept ? "kept" : "left out")}."));
        if (!kept)
        {
            _solved.CopyTo(context.Network);
        }
    }

    public override void Dispose() => _solved?.Dispose();
}
