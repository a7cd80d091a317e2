using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A token that is cancelled when the context is cancelled, which ML.NET signals only by a flag.</summary>
internal sealed class HostCancellation : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _source = new();
    private readonly Timer _timer;

    public HostCancellation(IHostEnvironment env) => _timer = new Timer(_ =>
    {
        if (env.IsCanceled())
        {
            _source.Cancel();
        }
    }, null, TimeSpan.Zero, Period);

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        using var stopped = new ManualResetEvent(false);
        _timer.Dispose(stopped);
        stopped.WaitOne();
        _source.Dispose();
    }
}
