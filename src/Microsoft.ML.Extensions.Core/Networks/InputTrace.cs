using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>Adds up the squares of what the weights of matrices are multiplied with, in the forward passes of one thread, until it is disposed.</summary>
/// <remarks>Layers report their inputs themselves, as in <see cref="LayerTrace"/>, and only where they are asked. The rows should have no padding.</remarks>
internal sealed class InputTrace : IDisposable
{
    [ThreadStatic]
    private static InputTrace? _current;

    private readonly InputTrace? _outer = _current;
    private readonly Dictionary<IntPtr, Tensor> _squares = [];

    public InputTrace() => _current = this;

    /// <summary>The sums of squares for a matrix, which spread over its shape; null where its layer reports none.</summary>
    public Tensor? Of(Parameter weight) => _squares.GetValueOrDefault(weight.Handle);

    /// <summary>Reports the input <c>[..., in]</c> of a matrix <c>[out, in]</c>.</summary>
    public static void Add(Parameter weight, Tensor input) => Add(weight, () => input);

    /// <summary>The same for an input that has to be computed first.</summary>
    public static void Add(Parameter weight, Func<Tensor> input) => _current?.Collect(weight, () => input().flatten(0, -2), 0, weight.dim());

    /// <summary>Reports the input <c>[B, in, ...]</c> of a convolution <c>[out, in, ...]</c>.</summary>
    public static void AddChannels(Parameter weight, Tensor input) =>
        _current?.Collect(weight, () => input.transpose(0, 1).reshape(input.shape[1], -1), 1, weight.dim());

    public void Dispose()
    {
        _current = _outer;
        foreach (var squares in _squares.Values)
        {
            squares.Dispose();
        }
    }

    private void Collect(Parameter weight, Func<Tensor> input, long axis, long axes)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var values = input().to_type(ScalarType.Float64);
        var squares = (values * values).sum(axis);
        long[] shape = [1, squares.shape[0], .. Enumerable.Repeat(1L, (int)axes - 2)];
        if (_squares.TryGetValue(weight.Handle, out var before))
        {
            before.add_(squares.view(shape), Torch.Numbers.One);
            return;
        }
        _squares[weight.Handle] = squares.view(shape).clone().DetachFromDisposeScope();
    }
}
