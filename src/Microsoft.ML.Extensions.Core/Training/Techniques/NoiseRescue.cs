using System.Globalization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Starts a run again with gradient noise if without it the training loss ended at the entropy of the labels.</summary>
/// <remarks>
/// The entropy, of labels as they are smoothed and weighted, is the least loss of outputs that do not depend on the input. A run is stuck if its
/// last epoch has gained less than a hundredth of the distance from there to the entropy of the smoothing alone.
/// </remarks>
internal sealed class NoiseRescue : TrainingTechnique
{
    private const string ActiveName = "active";
    private const string FoundName = "found";
    private const double LeastGain = 0.01;

    private readonly TechniqueContext _context;
    private readonly GradientNoise _noise;
    private readonly WeightSnapshot _start;
    private readonly double[] _weights;
    private bool _active;
    private bool _learns;
    private double _sum;
    private (double Loss, double Entropy, double Least) _found;

    /// <exception cref="InvalidOperationException">The task or another technique excludes it.</exception>
    public NoiseRescue(TechniqueContext context, GradientNoise noise)
    {
        if (context.Head is not (MulticlassHead or BinaryHead))
        {
            throw new InvalidOperationException(
                $"Training.GradientNoise.Rescue is true, and task '{context.Head.Description.Task}' has no classes whose entropy a loss could stay at; set it to false.");
        }
        if (context.Options.Sparsity is { Density: < 1 })
        {
            throw new InvalidOperationException(
                "Training.GradientNoise.Rescue is true, and Training.Sparsity is set: a mask that was chosen in a run that failed would stay in the next one. Set one of them to its default.");
        }
        (_context, _noise, _start) = (context, noise, WeightSnapshot.Of(context.Network));
        _weights = new double[Math.Max(2, context.Head.Outputs)];
    }

    public override (int Done, int All) MoreEpochs => _active ? (_context.Run.Plan.Epochs, _context.Run.Plan.Epochs) : (0, 0);

    private bool IsStuck => _found.Entropy > _found.Least && _found.Loss > _found.Entropy - (LeastGain * (_found.Entropy - _found.Least));

    // After those of balanced classes, so these are the weights of the loss.
    public override Tensor Weights(Tensor weights, Tensor labels)
    {
        if (_learns)
        {
            foreach (var (label, weight) in ValuesOf(labels).Zip(ValuesOf(weights)))
            {
                _weights[(int)label] += weight;
            }
        }
        return weights;
    }

    public override Tensor Objective(InputBatch rows, long step, Func<Tensor> loss)
    {
        _learns = true;
        var value = loss();
        _learns = false;
        _sum += rows.Rows * (double)value.detach().Item<float>();
        return value;
    }

    public override void BeforeEpoch(int epoch)
    {
        _sum = 0;
        Array.Clear(_weights);
        _noise.BeforeEpoch(epoch);
    }

    public override void BeforeStep(long step)
    {
        if (_active)
        {
            _noise.BeforeStep(step);
        }
    }

    public override void AfterEpoch(EpochResult result)
    {
        var sum = _weights.Sum();
        if (sum > 0)
        {
            var largest = _weights.AsSpan().IndexOf(_weights.Max());
            _found = (_sum * _context.Data.MeanWeight / sum, Entropy(at => _weights[at] / sum), Entropy(at => at == largest ? 1 : 0));
        }
    }

    public override int? GoesBackTo()
    {
        if (!IsStuck)
        {
            Tell(_active ? "with noise the loss ends at {0:g4}, below the entropy of the labels, {1:g4}." : null);
            return null;
        }
        if (_active)
        {
            Tell("the loss ends at {0:g4} with noise, too, and the entropy of the labels is {1:g4}. Another initialisation, fewer layers or another learning rate may help.");
            return null;
        }
        _active = true;
        Tell("the loss ends at {0:g4}, and the entropy of the labels is {1:g4}: the run starts again, with noise.");
        _start.CopyTo(_context.Network);
        return 0;
    }

    public override IEnumerable<(string Name, Tensor Value)> State() =>
        [(ActiveName, tensor(_active)), (FoundName, new[] { _found.Loss, _found.Entropy, _found.Least }.ToAligned(3))];

    public override void Restore(Func<string, Tensor> state, int epochs)
    {
        var found = state(FoundName).AsDoubles();
        (_active, _found) = (state(ActiveName).Item<bool>(), (found[0], found[1], found[2]));
    }

    public override void Dispose()
    {
        _noise.Dispose();
        _start.Dispose();
    }

    private void Tell(string? text)
    {
        if (text is not null)
        {
            _context.Run.Channel.Tell("Gradient noise: " + string.Format(CultureInfo.InvariantCulture, text, _found.Loss, _found.Entropy));
        }
    }

    // In nats, of labels a part of which is spread over all classes.
    private double Entropy(Func<int, double> part)
    {
        var spread = _context.Options.LabelSmoothing;
        return Enumerable.Range(0, _weights.Length).Select(at => ((1 - spread) * part(at)) + (spread / _weights.Length))
            .Sum(p => p > 0 ? -p * Math.Log(p) : 0);
    }

    private static float[] ValuesOf(Tensor values) => values.detach().to_type(ScalarType.Float32).cpu().data<float>().ToArray();
}
