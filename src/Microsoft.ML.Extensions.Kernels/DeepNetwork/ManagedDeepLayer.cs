using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary><see cref="DeepLayer"/> as C# kernels, with the pooling before it and the norm and the activation after it.</summary>
internal sealed unsafe class ManagedDeepLayer
{
    private readonly LayerPlan _plan;
    private readonly DeepShape _reads;
    private readonly DeepShape _pooled;
    private readonly float _gamma;
    private readonly ManagedLinear _linear;
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
        (_plan, _reads, _pooled, _gamma, _norm, _kernels) = (plan, reads, reads.Pooled(plan.Pool), gamma, norm, parts.Kernels);
        _activation = options is null ? LaneActivation.None : Kernel(options.Plan().Activation!.Value);
        _slope = (float)(options?.NegativeSlope ?? 0);
        var bias = parts.Weights.Singles("bias", plan.Width);
        Size = _reads.After(plan).Values;
        if (plan.IsConvolution)
        {
            var inputs = _pooled.Image!.Channels;
            var weight = parts.Weights.Singles("weight", plan.Width, inputs, plan.Kernel, plan.Kernel);
            var window = plan.Kernel * plan.Kernel;
            _linear = new ManagedLinear(parts.Kernels, ChannelsLast(weight, inputs, window), bias, inputs * window, plan.Width);
            return;
        }
        var flat = parts.Weights.Singles("weight", plan.Width, _pooled.Values);
        var read = _pooled.Image is { } image ? ChannelsLast(flat, image.Channels, image.Height * image.Width) : flat;
        _linear = new ManagedLinear(parts.Kernels, read, bias, _pooled.Values, plan.Width);
    }

    /// <summary>The numbers of an output.</summary>
    public int Size { get; }

    /// <summary>The multiplications of a row.</summary>
    public long Work => _linear.Work * (_plan.IsConvolution ? Size / _plan.Width : 1);

    /// <summary>The preactivations.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="input">What the layer reads.</param>
    /// <param name="before">The preactivations before; used where gamma is not 0.</param>
    /// <param name="output">Receives them.</param>
    /// <param name="scratch">The thread's memory.</param>
    public void Run(int rows, float* input, float* before, float* output, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var reads = _plan.Pool > 1 && _reads.Image is not null ? Pool(rows, input, scratch) : input;
        if (_plan.IsConvolution)
        {
            for (var row = 0; row < rows; row++)
            {
                Convolve(reads + ((nint)row * _pooled.Values), output + ((nint)row * Size), scratch);
            }
        }
        else
        {
            _linear.Run(rows, reads, output, scratch);
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

    // [..., C, n] to [..., n, C].
    private static float[] ChannelsLast(float[] weight, int channels, int others)
    {
        var last = new float[weight.Length];
        for (var i = 0; i < weight.Length; i++)
        {
            var (outer, inner) = (i / (channels * others), i % (channels * others));
            last[(outer * channels * others) + (inner % others * channels) + (inner / others)] = weight[i];
        }
        return last;
    }

    // Row by row of the image: its windows become rows of a product. The image is padded with zeros.
    private void Convolve(float* image, float* output, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var shape = _pooled.Image!;
        var (height, width, channels, kernel) = (shape.Height, shape.Width, shape.Channels, _plan.Kernel);
        var (before, piece) = (kernel / 2, kernel * channels);
        var wide = (width + kernel - 1) * channels;
        var windows = scratch.Take((nint)width * kernel * piece);
        var line = scratch.Take(wide);
        for (var y = 0; y < height; y++)
        {
            for (var k = 0; k < kernel; k++)
            {
                var source = y + k - before;
                new Span<float>(line, wide).Clear();
                if (source >= 0 && source < height)
                {
                    new Span<float>(image + ((nint)source * width * channels), width * channels)
                        .CopyTo(new Span<float>(line + (before * channels), width * channels));
                }
                for (nint x = 0; x < width; x++)
                {
                    new Span<float>(line + (x * channels), piece).CopyTo(new Span<float>(windows + (x * kernel * piece) + (k * piece), piece));
                }
            }
            _linear.Run(width, windows, output + ((nint)y * width * _plan.Width), scratch);
        }
    }

    private float* Pool(int rows, float* input, Scratch scratch)
    {
        var (from, to) = (_reads.Image!, _pooled.Image!);
        var (high, wide) = (Math.Min(_plan.Pool, from.Height), Math.Min(_plan.Pool, from.Width));
        var pooled = scratch.Take((nint)rows * to.Values);
        for (var row = 0; row < rows; row++)
        {
            for (var pixel = 0; pixel < to.Height * to.Width; pixel++)
            {
                var (top, left) = (pixel / to.Width * high, pixel % to.Width * wide);
                var target = pooled + ((nint)row * to.Values) + ((nint)pixel * to.Channels);
                Largest(input + ((nint)row * from.Values), from, top, left, high, wide, target);
            }
        }
        return pooled;
    }

    private void Largest(float* image, FrameShape shape, int top, int left, int high, int wide, float* target)
    {
        var first = image + ((((nint)top * shape.Width) + left) * shape.Channels);
        new Span<float>(first, shape.Channels).CopyTo(new Span<float>(target, shape.Channels));
        for (var y = top; y < Math.Min(shape.Height, top + high); y++)
        {
            for (var x = left; x < Math.Min(shape.Width, left + wide); x++)
            {
                _kernels.Largest(shape.Channels, image + ((((nint)y * shape.Width) + x) * shape.Channels), target);
            }
        }
    }
}
