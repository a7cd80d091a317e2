using System.Globalization;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Torch;
using Microsoft.ML.Extensions.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// A dictionary of directions, with each row as a sparse sum: <c>a = ReLU(W_e (x - b) + b_e)</c>, <c>x' = W_d a + b</c>, trained on
/// <c>mean (x' - x)^2 + lambda mean_row |a|_1</c> (O'Neill and Bui 2024, arXiv 2405.12522, after Cunningham et al. 2023, arXiv 2309.08600).
/// </summary>
/// <remarks>
/// Rows of W_e and, by option, columns or rows of W_d keep norm 1: the component of a gradient that would change a norm is removed, and the
/// rest is renormalised after each step. Each Adam step uses all rows. The gradients are written out, since automatic
/// differentiation would also compute those with respect to every row. Trained on the CPU; disposing it frees the weights.
/// </remarks>
internal sealed class SparseAutoencoder : IDisposable
{
    private readonly bool _unitOutputs;

    private SparseAutoencoder(long width, SparseAutoencoderOptions options)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)SeedSequence.Derive(options.Seed, 0));
        _unitOutputs = options.UnitDecoder == UnitDecoder.Outputs;
        Encoder = randn([options.Features, width], generator: generator).DetachFromDisposeScope();
        Decoder = Encoder.t().contiguous().DetachFromDisposeScope();
        EncoderBias = zeros(options.Features).DetachFromDisposeScope();
        Bias = zeros(width).DetachFromDisposeScope();
        Normalize();
    }

    /// <summary>W_e, <c>[F, D]</c>.</summary>
    public Tensor Encoder { get; }

    /// <summary>b_e, <c>[F]</c>.</summary>
    public Tensor EncoderBias { get; }

    /// <summary>W_d, <c>[D, F]</c>.</summary>
    public Tensor Decoder { get; }

    /// <summary>b, <c>[D]</c>.</summary>
    public Tensor Bias { get; }

    private Tensor[] Weights => [Encoder, EncoderBias, Decoder, Bias];

    private int DecoderAxis => _unitOutputs ? 1 : 0;

    /// <summary>Trains an autoencoder on rows.</summary>
    /// <param name="rows"><c>[N, D]</c>, Single, on the CPU.</param>
    /// <param name="options">The options; the same options on the same rows give the same weights.</param>
    /// <exception cref="ArgumentException">
    /// There is no row, the shape is another, a number is not finite, or an option is not allowed.
    /// </exception>
    /// <exception cref="OutOfMemoryException">There is too little memory; the message says how much was needed.</exception>
    public static SparseAutoencoder Train(Tensor rows, SparseAutoencoderOptions options)
    {
        OptionsValidation.Validate(options);
        Check(rows);
        return TorchMemory.Guard(
            () => string.Create(CultureInfo.InvariantCulture,
                $"Training an autoencoder on {rows.shape[0]} rows of {rows.shape[1]} numbers"), () => TrainUnguarded(rows, options));
    }

    /// <summary>The activations of rows.</summary>
    /// <param name="rows"><c>[N, D]</c>.</param>
    /// <returns><c>[N, F]</c>.</returns>
    public Tensor Encode(Tensor rows)
    {
        using var scope = NewDisposeScope();
        return addmm(EncoderBias, rows.Minus(Bias), Encoder.t(), beta: 1, alpha: 1).relu_().MoveToOuterDisposeScope();
    }

    /// <summary>The rows that activations reconstruct.</summary>
    /// <param name="activations"><c>[N, F]</c>.</param>
    /// <returns><c>[N, D]</c>.</returns>
    public Tensor Decode(Tensor activations)
    {
        using var scope = NewDisposeScope();
        return activations.mm(Decoder.t()).Plus(Bias).MoveToOuterDisposeScope();
    }

    /// <summary>Each row's strongest feature (the first of equal ones), or <see cref="CodeTable.NoCode"/> where none is active.</summary>
    /// <param name="rows"><c>[N, D]</c>.</param>
    public int[] Codes(Tensor rows)
    {
        using var scope = NewDisposeScope();
        var activations = Encode(rows);
        var features = (int)activations.shape[1];
        var values = activations.AsSpan();
        var codes = new int[rows.shape[0]];
        for (var row = 0; row < codes.Length; row++)
        {
            codes[row] = Strongest(values.Slice(row * features, features));
        }
        return codes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var weight in Weights)
        {
            weight.Dispose();
        }
    }

    /// <summary>The loss's gradients with respect to W_e, b_e, W_d and b.</summary>
    internal Tensor[] Gradients(Tensor rows, double sparsity)
    {
        using var scope = NewDisposeScope();
        using Scalar share = 2.0 / (rows.shape[0] * rows.shape[1]), penalty = sparsity / rows.shape[0];
        var centred = rows.Minus(Bias);
        var activations = Encode(rows);
        var error = Decode(activations).Minus(rows).mul_(share);
        var active = error.mm(Decoder).add_(penalty, Numbers.One).mul_(activations.gt(Numbers.Zero));
        var encoderBias = active.sum([0]);
        Tensor[] gradients =
        [
            active.t().mm(centred),
            encoderBias,
            error.t().mm(activations),
            error.sum([0]).Minus(encoderBias.unsqueeze(0).mm(Encoder).squeeze(0)),
        ];
        return [.. gradients.Select(gradient => gradient.MoveToOuterDisposeScope())];
    }

    private static int Strongest(ReadOnlySpan<float> activations)
    {
        var best = CodeTable.NoCode;
        var most = 0f;
        for (var feature = 0; feature < activations.Length; feature++)
        {
            if (activations[feature] > most)
            {
                (best, most) = (feature, activations[feature]);
            }
        }
        return best;
    }

    private static SparseAutoencoder TrainUnguarded(Tensor rows, SparseAutoencoderOptions options)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var autoencoder = new SparseAutoencoder(rows.shape[1], options);
        var moments = autoencoder.Weights.Select(weight => (First: zeros_like(weight), Second: zeros_like(weight))).ToArray();
        for (var step = 1; step <= options.Epochs; step++)
        {
            autoencoder.Step(rows, moments, AdamStep.Of(step, options.LearningRate, 0, decoupled: false), options.Sparsity);
        }
        return autoencoder;
    }

    private static void Check(Tensor rows)
    {
        if (rows.dim() != 2 || rows.shape[0] == 0 || rows.shape[1] == 0)
        {
            throw new ArgumentException(
                $"The rows are [{string.Join(", ", rows.shape)}]; allowed is [rows, width] with at least one of each.", nameof(rows));
        }
        using var finite = rows.isfinite();
        using var all = finite.all();
        if (!all.Item<bool>())
        {
            throw new ArgumentException(
                "Some activation is no number or infinite; look for the weights or inputs that make it so.", nameof(rows));
        }
    }

    private void Step(Tensor rows, (Tensor First, Tensor Second)[] moments, AdamStep adam, double sparsity)
    {
        using var scope = NewDisposeScope();
        var gradients = Gradients(rows, sparsity);
        gradients[0] = Tangent(gradients[0], Encoder, 1);
        gradients[2] = Tangent(gradients[2], Decoder, DecoderAxis);
        foreach (var (weight, gradient, (first, second)) in Weights.Zip(gradients, moments))
        {
            adam.Apply(weight.AsSpan(), gradient.contiguous().AsSpan(), first.AsSpan(), second.AsSpan());
        }
        Normalize();
    }

    private void Normalize()
    {
        Encoder.div_(Encoder.norm(1, keepdim: true, p: 2f));
        Decoder.div_(Decoder.norm(DecoderAxis, keepdim: true, p: 2f));
    }

    private static Tensor Tangent(Tensor gradient, Tensor unit, long axis) =>
        gradient.Minus(unit * (gradient * unit).sum(axis, keepdim: true));
}
