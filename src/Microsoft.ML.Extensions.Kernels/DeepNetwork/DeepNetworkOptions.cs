using Microsoft.ML.SearchSpace;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;
using SearchRange = Microsoft.ML.SearchSpace.RangeAttribute;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>Options of <see cref="DeepNetworkTrainer"/>.</summary>
public sealed class DeepNetworkOptions : NetworkTrainerOptions, ICheckedOptions
{
    private const int LargestDepth = 10_000;

    /// <summary>
    /// The layers as text, such as <c>fc 256 x 12, relu</c> or <c>conv 32 3 x 2, pool 2, fc 128</c>. Its activation, norm and
    /// residual weight take precedence over the options of those names. The default, null, gives <see cref="Depth"/> layers of
    /// <see cref="Width"/>.
    /// </summary>
    /// <remarks>
    /// Parts with commas between them, in the order of the layers: <c>fc WIDTH [x COUNT]</c>, <c>conv CHANNELS [SIDE] [x COUNT]</c> (a
    /// kernel of SIDE x SIDE, odd, 3 where it is left out; images only, before every fc), <c>pool SIDE</c> (maxima over SIDE x SIDE; images
    /// only). Once each and anywhere: an activation (<c>relu</c>, <c>leakyrelu</c>, <c>tanh</c>, <c>erf</c>, <c>sine</c>, <c>gelu</c>,
    /// <c>gelutanh</c>, <c>swish</c>, <c>softplus</c>, <c>sigmoid</c>, <c>linear</c>), <c>batchnorm</c> or <c>layernorm</c>,
    /// <c>residual WEIGHT</c>. Upper and lower case are the same.
    /// </remarks>
    public string? Architecture { get; set; }

    /// <summary>Hidden layers where there is no <see cref="Architecture"/>, 1 to 10,000. The default is 3.</summary>
    [Range(1, LargestDepth)]
    [Choice(new object[] { 1, 2, 3, 4, 6, 8, 12 }, 3)]
    public int Depth { get; set; } = 3;

    /// <summary>Neurons of a hidden layer where there is no <see cref="Architecture"/>, 1 to 65,536. The default is 128.</summary>
    [Range(1, 65_536)]
    [Choice(new object[] { 32, 64, 128, 256, 512 }, 128)]
    public int Width { get; set; } = 128;

    /// <summary>The activation of hidden layers. The default is <see cref="DeepActivation.Relu"/>.</summary>
    [Choice(new object[] { DeepActivation.Relu, DeepActivation.Tanh, DeepActivation.Gelu, DeepActivation.Swish }, DeepActivation.Relu)]
    public DeepActivation Activation { get; set; } = DeepActivation.Relu;

    /// <summary>The slope of <see cref="DeepActivation.LeakyRelu"/> below 0, -1 to 1. The default is 0.01.</summary>
    [Range(-1.0, 1.0)]
    public double NegativeSlope { get; set; } = 0.01;

    /// <summary>The initialisation. The default is <see cref="DeepInitialization.Critical"/>.</summary>
    public DeepInitialization Initialization { get; set; } = DeepInitialization.Critical;

    /// <summary>How the learning rate is shared among layers. The default is <see cref="LayerLearningRates.Equivalence"/>.</summary>
    public LayerLearningRates LayerRates { get; set; } = LayerLearningRates.Equivalence;

    /// <summary>The normalisation of preactivations. The default is <see cref="DeepNormalization.None"/>.</summary>
    public DeepNormalization Normalization { get; set; } = DeepNormalization.None;

    /// <summary>
    /// gamma, the factor of a hidden layer's preactivations that is added to those of the next layer of the same shape, 0 (none) to 0.9999.
    /// The critical variances are then 1 - gamma^2 times those without. The default is 0.
    /// </summary>
    [Range(0.0, ResidualWeights.Largest)]
    [SearchRange(0.0, 0.95, 0.0)]
    public double ResidualWeight { get; set; }

    /// <summary>The part of activations that training drops, 0 to 0.95. The default is 0.</summary>
    [Range(0.0, 0.95)]
    [SearchRange(0.0, 0.5, 0.0)]
    public double Dropout { get; set; }

    /// <summary>The layers, from the text and, where it gives no value, from the options.</summary>
    /// <exception cref="FormatException">The text cannot be parsed.</exception>
    internal NetworkPlan Plan()
    {
        var plan = Architecture is null ? new NetworkPlan([.. Enumerable.Repeat(new LayerPlan(Width), Depth)])
            : ArchitectureReader.Read(Architecture);
        return plan with
        {
            Activation = plan.Activation ?? Activation,
            Normalization = plan.Normalization ?? Normalization,
            ResidualWeight = plan.ResidualWeight ?? ResidualWeight,
        };
    }

    // With a residual weight, layers of one shape in a row keep one width, or the sum between them would be gone.
    internal override IReadOnlyList<NetworkPart> Parts
    {
        get
        {
            var plan = Plan();
            return [.. plan.Layers.Select((layer, index) => new NetworkPart(
                $"layers.{index}", layer.IsConvolution ? NetworkPartKind.Convolution : NetworkPartKind.Linear,
                CanLack: index > 0 && layer.Pool == 1 && (plan.ResidualWeight == 0 || plan.Follows(index)),
                plan.ResidualWeight > 0 && plan.Follows(index) ? [] : [new(nameof(Width), layer.Width)], layer.Kernel, layer.Pool))];
        }
    }

    internal override void Shrink(IReadOnlyList<IReadOnlyList<int>?> kept)
    {
        var plan = Plan();
        var layers = new List<LayerPlan>();
        for (var (index, width) = (0, 0); index < kept.Count; index++)
        {
            width = kept[index] is [var own] ? own : width;
            if (kept[index] is not null)
            {
                layers.Add(plan.Layers[index] with { Width = width });
            }
        }
        Architecture = (plan with { Layers = layers }).ToText();
        (Activation, Normalization, ResidualWeight) = (plan.Activation!.Value, plan.Normalization!.Value, plan.ResidualWeight!.Value);
    }

    IEnumerable<string> ICheckedOptions.Errors()
    {
        // The bounds of its own say so, and a plan has a list of so many layers.
        if (Architecture is null && (Depth < 1 || Depth > LargestDepth))
        {
            return [];
        }
        NetworkPlan plan;
        try
        {
            plan = Plan();
        }
        catch (FormatException error)
        {
            return [error.Message];
        }
        return Enum.IsDefined(plan.Activation!.Value) && Initialization == DeepInitialization.Critical && double.IsFinite(NegativeSlope)
            && CriticalPoint.Of(ActivationFunction.Of(plan.Activation.Value, NegativeSlope)) is { Exists: false } none
                ? [$"Initialization is Critical, and {none.Activation} has no critical point: {none.Reason}. Set Initialization to "
                    + $"{DeepInitialization.TorchDefault} or {DeepInitialization.LeCun}, or use another Activation."]
                : [];
    }
}
