using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// Reads windows of tokens. The weight of a window is the number of tokens that it predicts; these are in the window itself, and the label
/// is 0.
/// </summary>
internal sealed class TokenWindowReader(IEnumerable<ArraySegment<int>> windows) : IExampleReader
{
    private readonly IEnumerator<ArraySegment<int>> _windows = windows.GetEnumerator();
    private float[] _keys = [];

    public float[] Label { get; } = [0];

    public float Weight => _windows.Current.Count - 1;

    public long Missing => 0;

    public bool MoveNext() => _windows.MoveNext();

    public ReadOnlySpan<float> Input()
    {
        var window = _windows.Current;
        Array.Resize(ref _keys, Math.Max(_keys.Length, window.Count));
        for (var i = 0; i < window.Count; i++)
        {
            _keys[i] = window[i] + 1;
        }
        return _keys.AsSpan(0, window.Count);
    }

    public void Dispose() => _windows.Dispose();
}
