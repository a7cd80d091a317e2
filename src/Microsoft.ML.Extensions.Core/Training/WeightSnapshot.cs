using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>A copy of a module's parameters and buffers.</summary>
internal sealed class WeightSnapshot : IDisposable
{
    private readonly Dictionary<string, Tensor> _values;

    private WeightSnapshot(Dictionary<string, Tensor> values) => _values = values;

    public IReadOnlyDictionary<string, Tensor> Values => _values;

    public static WeightSnapshot Of(nn.Module module)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var values = module.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.detach().clone());
        foreach (var value in values.Values)
        {
            value.DetachFromDisposeScope();
        }
        return new WeightSnapshot(values);
    }

    public void CopyTo(nn.Module module)
    {
        using var _ = no_grad();
        foreach (var (name, target) in module.state_dict())
        {
            target.copy_(_values[name]);
        }
    }

    /// <summary>Copies other values.</summary>
    public void Fill(Func<string, Tensor> values)
    {
        using var _ = no_grad();
        foreach (var (name, target) in _values)
        {
            target.copy_(values(name));
        }
    }

    /// <summary>Whether the module's values are equal to the bit.</summary>
    public bool IsOf(nn.Module module)
    {
        using var scope = NewDisposeScope();
        return module.state_dict().All(pair => Bytes(pair.Value).SequenceEqual(Bytes(_values[pair.Key])));

        static Span<byte> Bytes(Tensor value) => value.cpu().contiguous().bytes;
    }

    public void Dispose()
    {
        foreach (var value in _values.Values)
        {
            value.Dispose();
        }
    }
}
