from django.urls import path

from bureau.desk.registers import jobs

app_name = "jobs"
urlpatterns = [
    path("", jobs.JobList.as_view(), name="job_list"),
    path("<int:pk>/", jobs.JobPage.as_view(), name="job_detail"),
    path("<int:pk>/progress/", jobs.job_progress, name="job_progress"),
    path("<int:pk>/retry/", jobs.job_retry, name="job_retry"),
    path("<int:pk>/cancel/", jobs.job_cancel, name="job_cancel"),
]
