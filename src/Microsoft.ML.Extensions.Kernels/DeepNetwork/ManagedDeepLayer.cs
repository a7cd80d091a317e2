using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary><see cref="DeepLayer"/> as C# kernels, with the pooling before it and the norm and the activation after it.</summary>
internal sealed unsafe class ManagedDeepLayer
{
    private readonly float _gamma;
    private readonly ManagedImagePool? _pool;
    private readonly ManagedImageConvolution? _convolution;
    private readonly ManagedLinear? _linear;
    private readonly ManagedDeepNorm? _norm;
    private readonly LaneKernels _kernels;
    private readonly LaneActivation _activation;
    private readonly float _slope;

    /// <param name="plan">The layer.</param>
    /// <param name="reads">What it reads.</param>
    /// <param name="gamma">The weight of the preactivations before; 0 for none.</param>
    /// <param name="parts">The weights.</param>
    /// <param name="norm">The norm; null for none.</param>
    /// <param name="options">The options, of which a hidden layer has its activation; null for the last layer.</param>
    public ManagedDeepLayer(
        LayerPlan plan, DeepShape reads, float gamma, ManagedParts parts, ManagedDeepNorm? norm, DeepNetworkOptions? options)
    {
        (_gamma, _norm, _kernels) = (gamma, norm, parts.Kernels);
        _activation = options is null ? LaneActivation.None : Kernel(options.Plan().Activation!.Value);
        _slope = (float)(options?.NegativeSlope ?? 0);
        var bias = parts.Weights.Singles("bias", plan.Width);
        Size = reads.After(plan).Values;
        if (plan.Pool > 1 && reads.Image is { } whole)
        {
            _pool = new ManagedImagePool(parts.Kernels, whole, plan.Pool, plan.Pool);
        }
        var pooled = reads.Pooled(plan.Pool);
        if (plan.IsConvolution)
        {
            var weight = parts.Weights.Singles("weight", plan.Width, pooled.Image!.Channels, plan.Kernel, plan.Kernel);
            _convolution = new ManagedImageConvolution(parts.Kernels, pooled.Image, weight, bias, plan.Width, plan.Kernel, plan.Kernel);
            return;
        }
        var flat = parts.Weights.Singles("weight", plan.Width, pooled.Values);
        var read = pooled.Image is { } image
            ? ManagedImageConvolution.ChannelsLast(flat, image.Channels, image.Height * image.Width) : flat;
        _linear = new ManagedLinear(parts.Kernels, read, bias, pooled.Values, plan.Width);
    }

    /// <summary>The numbers of an output.</summary>
    public int Size { get; }

    /// <summary>The multiplications of a row.</summary>
    public long Work => _convolution?.Work ?? _linear!.Work;

    /// <summary>The preactivations.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="input">What the layer reads.</param>
    /// <param name="before">The preactivations before; used where gamma is not 0.</param>
    /// <param name="output">Receives them.</param>
    /// <param name="scratch">The thread's memory.</param>
    public void Run(int rows, float* input, float* before, float* output, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var reads = input;
        if (_pool is not null)
        {
            reads = scratch.Take((nint)rows * _pool.Output.Values);
            _pool.Run(rows, input, reads, scratch);
        }
        if (_convolution is not null)
        {
            _convolution.Run(rows, reads, output, scratch);
        }
        else
        {
            _linear!.Run(rows, reads, output, scratch);
        }
        if (_gamma != 0)
        {
            _kernels.AddScaled(checked(rows * Size), _gamma, before, output);
        }
    }

    /// <summary>The activations of preactivations.</summary>
    public void Activate(int rows, float* preactivations, float* output)
    {
        var values = preactivations;
        if (_norm is not null)
        {
            _norm.Run(rows, preactivations, output);
            values = output;
        }
        _kernels.Finish(1, checked(rows * Size), values, 0, null, _activation, _slope, null, 0, output, 0);
    }

    private static LaneActivation Kernel(DeepActivation activation) => activation switch
    {
        DeepActivation.Relu => LaneActivation.Relu,
        DeepActivation.LeakyRelu => LaneActivation.LeakyRelu,
        DeepActivation.Tanh => LaneActivation.Tanh,
        DeepActivation.Erf => LaneActivation.Erf,
        DeepActivation.Sine => LaneActivation.Sine,
        DeepActivation.Gelu => LaneActivation.Gelu,
        DeepActivation.GeluTanh => LaneActivation.GeluTanh,
        DeepActivation.Swish => LaneActivation.Swish,
        DeepActivation.Softplus => LaneActivation.Softplus,
        DeepActivation.Sigmoid => LaneActivation.Sigmoid,
        _ => LaneActivation.None,
    };
}
