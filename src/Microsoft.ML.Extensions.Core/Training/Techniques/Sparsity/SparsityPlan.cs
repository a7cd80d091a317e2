using System.Globalization;
using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Training;

/// <summary>The steps of a run in which the mask changes.</summary>
/// <param name="options">The options.</param>
/// <param name="steps">The steps of the run.</param>
internal sealed class SparsityPlan(SparsityOptions options, long steps)
{
    private const int MostBetween = 100;
    private const int Changes = 10;

    /// <summary>The first step in which pruning changes the mask.</summary>
    public long Begin { get; } = Math.Min(steps - 1, (long)(options.ChosenBegin * steps));

    /// <summary>The step after which the mask stays; that of the last pruning where weights are pruned gradually.</summary>
    public long End { get; } = Math.Min(steps - 1, (long)(options.ChosenEnd * steps));

    private long Between => options.UpdateEvery > 0 ? options.UpdateEvery : Math.Clamp((End - (options.IsGradual ? Begin : 0)) / Changes, 1, MostBetween);

    /// <summary>The last step that prunes; null where the network is sparse from its first step.</summary>
    public long? LastPruning => options.IsGradual ? End : options.Method == SparsityMethod.Magnitude ? Begin : null;

    /// <summary>Whether the mask changes before the optimiser of a step.</summary>
    public bool IsChange(long step) => options.Method switch
    {
        SparsityMethod.Snip => step == 0,
        SparsityMethod.Magnitude => step == Begin,
        SparsityMethod.GradualMagnitude or SparsityMethod.GraNet =>
            step == End || (step >= Begin && step < End && (step - Begin) % Between == 0),
        SparsityMethod.Set or SparsityMethod.RigL => step > 0 && step < End && step % Between == 0,
        _ => false,
    };

    /// <summary>The density in a step, from the final one of a layer or of all.</summary>
    public double Density(double final, long step) => options.IsGradual && step < End
        ? SparsitySchedules.Density(final, Math.Max(0, step - Begin) / (double)(End - Begin)) : final;

    /// <summary>The density of the targets, the mean over all steps.</summary>
    public double MeanDensity
    {
        get
        {
            var (sum, density) = (0.0, LastPruning is null ? options.Density : 1);
            for (var step = 0L; step < steps; step++)
            {
                density = LastPruning is not null && IsChange(step) ? Density(options.Density, step) : density;
                sum += density;
            }
            return sum / steps;
        }
    }

    /// <summary>The fraction of live units to replace in a step.</summary>
    public double DropFraction(long step) => SparsitySchedules.DropFraction(options.DropFraction, step, End);

    /// <exception cref="InvalidOperationException">The run ends before the first change that the options request.</exception>
    public void Check()
    {
        if (options.UpdateEvery > 0 && options.Method is SparsityMethod.Set or SparsityMethod.RigL && options.UpdateEvery >= End)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"Training.Sparsity.UpdateEvery is {options.UpdateEvery}, and of the {steps} steps of this run the mask may change before step {End} alone, so it never would. ")
                + "Set UpdateEvery to 0, which chooses, or train longer.");
        }
    }
}
