using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>
/// Adds N(0, eta / (1 + t)^gamma) to every number of every gradient of step t (Neelakantan et al. 2015, arXiv 1511.06807, section 3).
/// </summary>
/// <remarks>
/// t counts optimiser steps, not epochs, and eta is a variance; other implementations often differ in one of the two. Each epoch draws from
/// a generator of its own, so that a resumed run draws the same numbers as an uninterrupted one. Parameters without a gradient get no
/// noise.
/// </remarks>
/// <param name="options">The options.</param>
/// <param name="parameters">The parameters.</param>
/// <param name="seed">The seed of the run.</param>
/// <param name="device">The parameters' device.</param>
internal sealed class GradientNoise(GradientNoiseOptions options, IReadOnlyList<Parameter> parameters, int seed, Device device)
    : TrainingTechnique, ITechnique
{
    // Far from the indices of epochs and ensembles, which are small numbers of either sign.
    private const long Stream = 1L << 40;

    private Generator? _generator;

    public static TrainingTechnique? For(TechniqueContext context)
    {
        if (context.Options.GradientNoise is not { Eta: > 0 } options)
        {
            return null;
        }
        var noise = new GradientNoise(options, context.Parameters, context.Run.Seed, context.Run.Device);
        return options.Rescue ? new NoiseRescue(context, noise) : noise;
    }

    public static int Copies(TrainingOptions options, bool validates) => options.GradientNoise is { Eta: > 0, Rescue: true } ? 1 : 0;

    /// <summary>The deviation of the noise of a step, from 0.</summary>
    public static double Deviation(GradientNoiseOptions options, long step) => Math.Sqrt(options.Eta / Math.Pow(1 + step, options.Gamma));

    public override void BeforeEpoch(int epoch)
    {
        _generator?.Dispose();
        _generator = new Generator((ulong)SeedSequence.Derive(seed, Stream + epoch), device);
    }

    public override void BeforeStep(long step)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var deviation = Deviation(options, step);
        foreach (var parameter in parameters)
        {
            if (parameter.grad is { } gradient)
            {
                using var scale = Scale(gradient, deviation);
                using var noise = empty_like(gradient).normal_(0, 1, _generator!);
                gradient.add_(noise.mul_(scale), Numbers.One);
            }
        }
    }

    public override void Dispose() => _generator?.Dispose();

    // Computed on the device without synchronisation. Squares of vanishing gradients need the range of double precision.
    private Tensor Scale(Tensor gradient, double deviation)
    {
        using Scalar factor = deviation;
        var unit = options.ChosenScale == GradientNoiseScale.Absolute
            ? ones(1, dtype: ScalarType.Float64, device: gradient.device)
            : gradient.to_type(ScalarType.Float64).Squared().mean().sqrt();
        return unit.mul_(factor).to_type(gradient.dtype);
    }
}
