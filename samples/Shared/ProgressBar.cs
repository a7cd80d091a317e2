using System.Globalization;
using Spectre.Console;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>Shows the progress of training on a terminal, but not in a file or pipe.</summary>
/// <param name="name">The text before the bar.</param>
public sealed class ProgressBar(string name) : IProgress<TrainingProgress>
{
    private ProgressTask? _task;

    /// <summary>Runs work that reports to this bar, and shows the bar meanwhile.</summary>
    public T During<T>(Func<T> work) =>
        AnsiConsole.Profile.Out.IsTerminal
            ? AnsiConsole.Progress().Start(context =>
            {
                _task = context.AddTask(Markup.Escape(name));
                return work();
            })
            : work();

    /// <summary>Updates the bar, if it is shown.</summary>
    public void Report(TrainingProgress value)
    {
        if (_task is not null)
        {
            _task.Description = Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"{name}, loss {value.TrainLoss:0.0000}"));
            (_task.MaxValue, _task.Value) = (value.Epochs, value.Epoch);
        }
    }
}
