using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The linear state-space layer of Gu et al. 2021 (arXiv 2110.13985): H features <c>[B, T, H]</c>, each with M outputs of its own
/// system, to <c>[B, T, H * M]</c>; <c>y = K * u + D u</c>, and, if bidirectional, a second kernel in reverse time.
/// </summary>
/// <remarks>Thread-safe once its parameters need no gradient; from then on it caches its kernels.</remarks>
internal sealed class LsslLayer : nn.Module<Tensor, Tensor>, IOnnxForm
{
    private const string StateName = "state";

    private readonly StateSpace forwards;
    private readonly StateSpace? backwards;
    private readonly Parameter feedthrough;
    private KeptKernel? _keptForwards;
    private KeptKernel? _keptBackwards;

    public LsslLayer(LsslOptions options, Generator generator)
        : base(nameof(LsslLayer))
    {
        forwards = StateSpace.Create(options, generator);
        backwards = options.Bidirectional ? StateSpace.Create(options, generator) : null;
        feedthrough = Initial.Normal(1, generator, options.HiddenSize, options.Channels);
        RegisterComponents();
    }

    /// <param name="steps">u, zero in the padding where the layer is bidirectional.</param>
    public override Tensor forward(Tensor steps)
    {
        using var scope = NewDisposeScope();
        var (u, length) = (steps.transpose(1, 2).contiguous(), steps.shape[1]);
        var kernel = Kernel(forwards, ref _keptForwards, length);
        var second = backwards is null ? null : Kernel(backwards, ref _keptBackwards, length);
        var y = CausalFourier.Convolve(u, kernel, second).Plus(u.unsqueeze(2) * feedthrough.unsqueeze(-1));
        return y.flatten(1, 2).transpose(1, 2).contiguous().MoveToOuterDisposeScope();
    }

    /// <remarks>As a recurrence, which any length of rows may have.</remarks>
    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input)
    {
        var outputs = forwards.ToOnnx(graph, input, reverse: false);
        outputs = backwards is null ? outputs : graph.Plus(outputs, backwards.ToOnnx(graph, input, reverse: true));
        var through = graph.Times(graph.Unsqueeze(input, 3), graph.Constant(feedthrough));
        return graph.Reshape(graph.Plus(outputs, through), 0, 0, feedthrough.numel());
    }

    /// <summary>The same as a recurrence, for steps that continue from <paramref name="state"/>; not for bidirectional layers.</summary>
    public Tensor Advance(Tensor steps, StreamState state)
    {
        using var scope = NewDisposeScope();
        var system = forwards.Stepped(state);
        var x = state.Get(StateName, () => system.Zero(steps.shape[0]));
        var outputs = new List<Tensor>();
        foreach (var u in steps.unbind(1))
        {
            x = system.Next(x, u);
            outputs.Add(system.Output(x).Plus(u.unsqueeze(-1) * feedthrough).flatten(1));
        }
        state.Set(StateName, x);
        return stack(outputs.ToArray(), 1).MoveToOuterDisposeScope();
    }

    private Tensor Kernel(StateSpace system, ref KeptKernel? kept, long length)
    {
        if (feedthrough.requires_grad || feedthrough.dtype != ScalarType.Float32)
        {
            return system.call(length);
        }
        var kernel = kept;
        if (kernel is null || kernel.Length < length)
        {
            kept = kernel = new KeptKernel(system.call((long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)length)));
        }
        return kernel.First(length).to(feedthrough.device);
    }
}
