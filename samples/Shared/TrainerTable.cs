namespace Microsoft.ML.Extensions.Samples;

/// <summary>The trainers of a sample by name; the first is the default.</summary>
public sealed class TrainerTable
{
    private readonly List<(string Name, bool InEpochs, Func<MLContext, Request, IEstimator<ITransformer>> Create)> _trainers = [];

    /// <summary>The names, in the order in which they were added.</summary>
    public IReadOnlyList<string> Names => [.. _trainers.Select(trainer => trainer.Name)];

    /// <summary>Adds a trainer.</summary>
    /// <param name="name">The value of <c>--trainer</c>.</param>
    /// <param name="create">Creates the trainer from options with the user's values.</param>
    public TrainerTable Add<TOptions>(string name, Func<MLContext, TOptions, IEstimator<ITransformer>> create)
        where TOptions : NetworkTrainerOptions, new()
    {
        _trainers.Add((name, true, (ml, request) => create(ml, request.Fill(new TOptions()))));
        return this;
    }

    /// <summary>Adds a trainer that solves for its model and has no epochs.</summary>
    /// <param name="name">The value of <c>--trainer</c>.</param>
    /// <param name="create">Creates the trainer from options with the user's values.</param>
    /// <param name="setCancellation">Sets the cancellation token in the options.</param>
    public TrainerTable AddSolved<TOptions>(
        string name, Func<MLContext, TOptions, IEstimator<ITransformer>> create, Action<TOptions, CancellationToken> setCancellation)
        where TOptions : TrainerOptions, new()
    {
        _trainers.Add((name, false, Make));
        return this;

        IEstimator<ITransformer> Make(MLContext ml, Request request)
        {
            var options = request.Set(new TOptions());
            setCancellation(options, request.Cancellation);
            return create(ml, options);
        }
    }

    /// <summary>Whether the trainer learns in epochs.</summary>
    /// <exception cref="UsageException">There is no such trainer.</exception>
    public bool LearnsInEpochs(string name)
    {
        var known = Find(name);
        return _trainers.First(trainer => trainer.Name == known).InEpochs;
    }

    /// <summary>Creates the selected trainer, with the options that the user set.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="arguments">The arguments of the sample.</param>
    /// <param name="progress">Receives the progress after each epoch.</param>
    /// <param name="cancellation">Stops training.</param>
    /// <exception cref="UsageException">There is no such trainer, or an option is wrong.</exception>
    public IEstimator<ITransformer> Create(
        MLContext ml, SampleArguments arguments, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        var name = Find(arguments.Trainer);
        return _trainers.First(trainer => trainer.Name == name).Create(ml, new Request(arguments.Settings, progress, cancellation));
    }

    /// <summary>The name as spelled in the table.</summary>
    /// <exception cref="UsageException">There is no such trainer.</exception>
    public string Find(string name) =>
        Names.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new UsageException($"There is no trainer '{name}'; known are {string.Join(", ", Names)}.");

    private sealed record Request(IReadOnlyList<string> Settings, IProgress<TrainingProgress> Progress, CancellationToken Cancellation)
    {
        public TOptions Set<TOptions>(TOptions options) where TOptions : TrainerOptions
        {
            foreach (var setting in Settings)
            {
                OptionSetter.Set(options, setting);
            }
            return options;
        }

        public TOptions Fill<TOptions>(TOptions options) where TOptions : NetworkTrainerOptions
        {
            Set(options);
            (options.Training.Progress, options.Training.CancellationToken) = (Progress, Cancellation);
            return options;
        }
    }
}
