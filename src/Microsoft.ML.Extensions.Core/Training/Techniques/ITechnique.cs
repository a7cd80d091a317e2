namespace Microsoft.ML.Extensions.Training;

/// <summary>How a technique joins a run; each <see cref="TrainingTechnique"/> implements it.</summary>
internal interface ITechnique
{
    /// <summary>The technique of a run; null where the options, the task or the network do not ask for it.</summary>
    /// <exception cref="InvalidOperationException">The options ask for it, and the task, the network or another option excludes it; the message says which.</exception>
    static abstract TrainingTechnique? For(TechniqueContext context);

    /// <summary>The copies of all weights that it holds, for the check of memory before training.</summary>
    static virtual int Copies(TrainingOptions options, bool validates) => 0;
}
