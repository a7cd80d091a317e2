using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Writes the epochs of a fit as event files for TensorBoard, a folder for each network.</summary>
internal sealed class TensorBoardFiles : IFitWatcher
{
    private readonly string _folder;
    private readonly Action<string> _warn;
    private readonly SummaryWriter[] _networks;
    private bool _failed;

    private TensorBoardFiles(string folder, int networks, Action<string> warn)
    {
        (_folder, _warn) = (folder, warn);
        _networks = [.. Enumerable.Range(1, networks).Select(network => utils.tensorboard.SummaryWriter(
            networks == 1 ? folder : Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"network-{network}"))))];
    }

    /// <summary>The files of a fit; null where the options name no folder.</summary>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static TensorBoardFiles? For(TrainingOptions options, string kind, int networks, Action<string> warn)
    {
        if (options.TensorBoardDirectory is not { Length: > 0 } directory)
        {
            return null;
        }
        try
        {
            return new TensorBoardFiles(Run(directory, kind), networks, warn);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"Training.TensorBoardDirectory '{directory}' cannot be written to: {e.Message} Make it writable, or name another folder.", e);
        }
    }

    public void Epoch(TrainingProgress progress)
    {
        if (_failed)
        {
            return;
        }
        try
        {
            var network = _networks[progress.Network - 1];
            var values = new (string Tag, double? Value)[]
            {
                ("loss/train", progress.TrainLoss),
                ("loss/validation", progress.ValidationLoss),
                ("accuracy/validation", progress.ValidationAccuracy),
                ("learning_rate", progress.LearningRate),
                ("rows_per_second", progress.RowsPerSecond),
            };
            foreach (var (tag, value) in values)
            {
                if (value is { } number)
                {
                    network.add_scalar(tag, (float)number, progress.NetworkEpoch);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A picture of the fit is not worth the fit.
            _failed = true;
            _warn($"The files for TensorBoard in '{_folder}' end after epoch {progress.Epoch - 1}: {e.Message}");
        }
    }

    public void Dispose()
    {
    }

    // Fits that share a folder are runs beside each other, also those that start in one second, in any process: of two moves to one name one fails.
    private static string Run(string directory, string kind)
    {
        var made = Directory.CreateDirectory(Path.Combine(directory, Path.GetRandomFileName())).FullName;
        var name = string.Create(CultureInfo.InvariantCulture, $"{kind}-{DateTime.Now:yyyyMMdd-HHmmss}");
        for (var number = 1; ; number++)
        {
            var folder = Path.Combine(directory, number == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{number}"));
            try
            {
                Directory.Move(made, folder);
                return folder;
            }
            catch (IOException) when (Directory.Exists(folder))
            {
            }
        }
    }
}
